// SPDX-License-Identifier: Apache-2.0
#include "assemble/effects.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "assemble/alternatives.h"
#include "assemble/ca_bundle.h"
#include "assemble/effects_files.h"
#include "assemble/effects_pam.h"
#include "assemble/effects_table.h"

namespace hauberk {
namespace {

constexpr std::string_view passwd_master = "usr/share/base-passwd/passwd.master";
constexpr std::string_view group_master = "usr/share/base-passwd/group.master";

// Goes into the recipe beside the table: raise it when an effect's code writes other bytes.
constexpr std::string_view code_revision = "1";

int number_of(std::string_view digits) {
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

std::optional<std::uint32_t> id_of(std::string_view text) {
  if (text == "-") return std::nullopt;
  return static_cast<std::uint32_t>(number_of(text));
}

// What `applied` and `why` call an effect.
std::string label_of(const Effect& effect) {
  switch (effect.kind) {
    case Effect::Kind::ca_bundle: return "CA bundle";
    case Effect::Kind::alternative: return "alternative " + effect.arguments[0];
    case Effect::Kind::copy: return effect.arguments[1] + " from " + effect.arguments[0];
    case Effect::Kind::symlink: return "link " + effect.arguments[0];
    case Effect::Kind::file: return "file " + effect.arguments[0];
    case Effect::Kind::directory: return "directory " + effect.arguments[0];
    case Effect::Kind::shells: return "etc/shells";
    case Effect::Kind::pam_common: return "etc/pam.d/common-*";
    case Effect::Kind::base_passwd: return "the system's accounts";
    case Effect::Kind::user: return "user " + effect.arguments[0];
    case Effect::Kind::group: return "group " + effect.arguments[0];
  }
  return "";
}

// The effect with "{triplet}" and "{architecture}" filled in.
Effect for_platform(Effect effect, Platform platform) {
  const auto fill = [&](std::string& text) {
    const bool amd64 = platform == Platform::amd64();
    const std::array<std::pair<std::string_view, std::string_view>, 2> values = {
        {{"{triplet}", amd64 ? "x86_64-linux-gnu" : "aarch64-linux-gnu"},
         {"{architecture}", platform.architecture()}}};
    for (const auto& [name, value] : values) {
      for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size())) {
        text.replace(at, name.size(), value);
      }
    }
  };
  for (auto* list : {&effect.arguments, &effect.when, &effect.unless}) std::ranges::for_each(*list, fill);
  return effect;
}

class Application {
 public:
  explicit Application(const EffectsInput& input) : input_(input) {}

  Status apply(const std::string& package, const Effect& effect) {
    if (!wanted(effect)) return {};
    const std::string why = fmt::format("{}: {}", package, label_of(effect));
    const auto& arguments = effect.arguments;
    switch (effect.kind) {
      case Effect::Kind::ca_bundle: return apply_ca_bundle(why);
      case Effect::Kind::alternative: add_alternative(arguments, why); return {};
      case Effect::Kind::copy: return apply_copy(arguments, why);
      case Effect::Kind::symlink: return add_if_free(added_symlink(arguments[0], arguments[1], why));
      case Effect::Kind::file:
        return add_if_free(added_file(arguments[0], mode(arguments[1]), arguments[2], why));
      case Effect::Kind::directory: return apply_directory(arguments, why);
      case Effect::Kind::shells: return add_all(shells_files(input_, why), why);
      case Effect::Kind::pam_common: return add_all(pam_common_files(input_, why), why);
      case Effect::Kind::base_passwd: apply_base_passwd(why); return {};
      case Effect::Kind::user: add_user(arguments, why); return {};
      case Effect::Kind::group: add_group(arguments, why); return {};
    }
    return {};
  }

  void warn(std::string text) { outcome_.warnings.push_back(std::move(text)); }

  Result<EffectsOutcome> finish() {
    auto chosen = choose_alternatives(std::move(alternatives_), input_);
    TRY_STATUS(add_all(std::move(chosen.files), ""));
    std::ranges::move(chosen.warnings, std::back_inserter(outcome_.warnings));
    for (auto& [path, file] : files_) outcome_.files.push_back(std::move(file));
    return std::move(outcome_);
  }

 private:
  bool wanted(const Effect& effect) const {
    const bool accounts = effect.kind == Effect::Kind::user || effect.kind == Effect::Kind::group ||
                          effect.kind == Effect::Kind::base_passwd;
    if ((effect.only_with_dpkg || accounts) && !input_.has_dpkg) return false;
    const auto there = [&](const std::string& path) { return input_.type_at(path).has_value(); };
    return std::ranges::all_of(effect.when, there) && std::ranges::none_of(effect.unless, there);
  }

  static std::uint32_t mode(std::string_view octal) {
    std::uint32_t value = 0;
    std::from_chars(octal.data(), octal.data() + octal.size(), value, 8);
    return value;
  }

  void note(const std::string& why) {
    if (outcome_.applied.empty() || outcome_.applied.back() != why) outcome_.applied.push_back(why);
  }

  Status add(AddedFile file) {
    const auto [there, is_new] = files_.try_emplace(file.entry.path, file);
    if (is_new || (there->second.entry == file.entry && there->second.content == file.content)) return {};
    return fail(ErrorKind::conflict, "cannot apply the effects table: \"{}\" and \"{}\" differ at {}",
                there->second.why, file.why, file.entry.path);
  }

  Status add_all(std::vector<AddedFile> files, const std::string& why) {
    if (files.empty()) return {};
    if (!why.empty()) note(why);
    for (auto& file : files) {
      if (why.empty()) note(file.why);
      TRY_STATUS(add(std::move(file)));
    }
    return {};
  }

  // Scripts never replace what a package ships, but turn a folder of base-files into a link (var/run).
  Status add_if_free(AddedFile file) {
    const auto there = input_.type_at(file.entry.path);
    if (there && !(file.entry.type == TarEntry::Type::symlink && *there == TarEntry::Type::directory)) {
      return {};
    }
    note(file.why);
    return add(std::move(file));
  }

  Status apply_ca_bundle(const std::string& why) {
    TRY(auto files, ca_bundle(input_, why));
    return add_all(std::move(files), why);
  }

  Status apply_copy(const std::vector<std::string>& arguments, const std::string& why) {
    const auto content = input_.contents.find(arguments[0]);
    if (content == input_.contents.end()) {
      warn(fmt::format("{}: not done, the image has no {}", why, arguments[0]));
      return {};
    }
    return add_if_free(added_file(arguments[1], mode(arguments[2]), content->second, why));
  }

  Status apply_directory(const std::vector<std::string>& arguments, const std::string& why) {
    AddedFile folder;
    folder.entry.type = TarEntry::Type::directory;
    folder.entry.path = arguments[0];
    folder.entry.mode = mode(arguments[1]);
    folder.entry.uid = id_of(arguments[2]).value_or(0);
    folder.entry.gid = id_of(arguments[3]).value_or(0);
    folder.why = why;
    return add_if_free(std::move(folder));
  }

  void add_alternative(const std::vector<std::string>& arguments, const std::string& why) {
    Alternative one{arguments[0], arguments[1], arguments[2], 0, {}, why};
    const bool negative = arguments[3].starts_with('-');
    one.priority = negative ? -number_of(std::string_view(arguments[3]).substr(1)) : number_of(arguments[3]);
    for (std::size_t i = 4; i + 2 < arguments.size(); i += 3) {
      one.slaves.push_back({arguments[i], arguments[i + 1], arguments[i + 2]});
    }
    alternatives_.push_back(std::move(one));
  }

  void apply_base_passwd(const std::string& why) {
    const auto passwd = input_.contents.find(std::string(passwd_master));
    const auto group = input_.contents.find(std::string(group_master));
    if (passwd == input_.contents.end() || group == input_.contents.end()) {
      warn(fmt::format("{}: not done, the image has no {} or {}", why, passwd_master, group_master));
      return;
    }
    outcome_.base_accounts = BaseAccounts{passwd->second, group->second};
    note(why);
  }

  void add_user(const std::vector<std::string>& arguments, const std::string& why) {
    outcome_.accounts.push_back({.name = arguments[0],
                                 .uid = id_of(arguments[1]),
                                 .group = arguments[2],
                                 .home = arguments[3],
                                 .shell = arguments[4],
                                 .has_group_only = false});
    note(why);
  }

  void add_group(const std::vector<std::string>& arguments, const std::string& why) {
    outcome_.accounts.push_back({.name = arguments[0],
                                 .uid = id_of(arguments[1]),
                                 .group = arguments[0],
                                 .home = "",
                                 .shell = "",
                                 .has_group_only = true});
    note(why);
  }

  const EffectsInput& input_;
  std::map<std::string, AddedFile> files_;
  std::vector<Alternative> alternatives_;
  EffectsOutcome outcome_;
};

// The reviewed effects of a script; with a warning if it is not exactly what was reviewed.
const std::vector<Effect>& effects_of(const ScriptName& name, const Digest& digest,
                                      Application& application) {
  static const std::vector<Effect> nothing;
  const auto& table = reviewed_table();
  const auto script = table.scripts.find(name);
  if (script == table.scripts.end()) {
    application.warn(fmt::format(
        "the {} of {} ({}) is not in the reviewed table: what it would have done is not done; see what an "
        "image lacks with tools/effects-diff",
        name.script, name.package, digest.text()));
    return nothing;
  }
  const auto known = script->second.by_hash.find(digest.hex());
  if (digest.algorithm() == Digest::Algorithm::sha256 && known != script->second.by_hash.end()) {
    return known->second;
  }
  const bool none = script->second.newest.empty();
  application.warn(fmt::format("the {} of {} ({}) has changed since it was reviewed: {}", name.script,
                               name.package, digest.text(),
                               none ? "nothing is done for it, as for the version reviewed last"
                                    : "the effects of the version reviewed last are applied"));
  return script->second.newest;
}

}  // namespace

bool effect_reads(std::string_view path) {
  if (is_ca_certificate(path) || is_shells_file(path) || is_pam_file(path)) return true;
  if (path == passwd_master || path == group_master) return true;
  return std::ranges::binary_search(reviewed_table().sources, path);
}

Result<EffectsOutcome> apply_effects(std::span<const PackageScripts> packages, const EffectsInput& input) {
  std::map<std::string, const PackageScripts*> sorted;
  for (const auto& package : packages) sorted.emplace(package.package, &package);

  Application application(input);
  for (const auto& [package, scripts] : sorted) {
    for (const std::string script : {"preinst", "postinst"}) {
      const auto digest = scripts->scripts.find(script);
      if (digest == scripts->scripts.end()) continue;
      for (const auto& effect : effects_of({package, script}, digest->second, application)) {
        TRY_STATUS(application.apply(package, for_platform(effect, input.platform)));
      }
    }
  }
  return application.finish();
}

int effects_revision() {
  const auto digest = Digest::of(fmt::format("{}\n{}", code_revision, reviewed_table_text()));
  int revision = 0;
  std::from_chars(digest.hex().data(), digest.hex().data() + 7, revision, 16);
  return revision;
}

}  // namespace hauberk
