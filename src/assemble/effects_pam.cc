// SPDX-License-Identifier: Apache-2.0
#include "assemble/effects_pam.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <map>
#include <string>
#include <tuple>

#include "assemble/effects_files.h"

namespace hauberk {
namespace {

constexpr std::string_view templates = "usr/share/pam/common-";
constexpr std::string_view profiles_folder = "usr/share/pam-configs/";
constexpr std::string_view primary_marker = "# here are the per-package modules (the \"Primary\" block)";
constexpr std::string_view fallback_marker = "# here's the fallback if no module succeeds";
constexpr std::string_view additional_marker =
    "# and here are more per-package modules (the \"Additional\" block)";
constexpr std::string_view end_marker = "# end of pam-auth-update config";

// A type's name in file names, its field in a profile, and the word that begins its lines.
struct Type {
  std::string_view file;
  std::string_view field;
  std::string_view word;
};
constexpr std::array<Type, 5> types = {{{"account", "Account", "account"},
                                        {"auth", "Auth", "auth"},
                                        {"password", "Password", "password"},
                                        {"session", "Session", "session"},
                                        {"session-noninteractive", "Session", "session"}}};

struct Profile {
  std::string name;  // of the file
  std::map<std::string, std::string, std::less<>> fields;

  std::string_view field(std::string_view key) const {
    const auto found = fields.find(key);
    return found == fields.end() ? std::string_view() : found->second;
  }
  int priority() const {
    const auto text = field("Priority");
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }
};

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    lines.push_back(text.substr(0, std::min(text.find('\n'), text.size())));
    text.remove_prefix(std::min(lines.back().size() + 1, text.size()));
  }
  return lines;
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

// "Field: value" lines, each followed by lines of its own that begin with white space.
Profile parse_profile(std::string_view name, std::string_view text) {
  Profile profile{std::string(name), {}};
  std::string* field = nullptr;
  for (const auto line : lines_of(text)) {
    const auto colon = line.find(':');
    if (!line.empty() && line[0] != ' ' && line[0] != '\t' && colon != std::string_view::npos) {
      std::string key(line.substr(0, colon));
      if (key.ends_with("-Final")) key.resize(key.size() - 6);
      field = &profile.fields[key];
      *field = trimmed(line.substr(colon + 1));
    } else if (field != nullptr && !trimmed(line).empty()) {
      if (!field->empty()) *field += '\n';
      *field += trimmed(line);
    }
  }
  return profile;
}

// All profiles, the highest priority first, then by name backwards.
std::vector<Profile> sorted_profiles(const EffectsInput& input) {
  std::vector<Profile> profiles;
  for (const auto& [path, text] : input.contents) {
    if (!path.starts_with(profiles_folder)) continue;
    profiles.push_back(parse_profile(std::string_view(path).substr(profiles_folder.size()), text));
  }
  std::ranges::sort(profiles, std::greater(),
                    [](const Profile& profile) { return std::tuple(profile.priority(), profile.name); });
  return profiles;
}

struct Module {
  std::string profile;
  std::string lines;
};

// The modules of one block ("Primary" or "Additional") of one type, of the profiles that are
// on by default.
std::vector<Module> modules_of(const std::vector<Profile>& profiles, const Type& type,
                               std::string_view block) {
  std::vector<Module> modules;
  for (const auto& profile : profiles) {
    if (profile.field("Default") != "yes") continue;
    if (profile.field(fmt::format("{}-Type", type.field)) != block) continue;
    if (type.file == "session-noninteractive" && profile.field("Session-Interactive-Only") == "yes") continue;
    const auto first = profile.field(fmt::format("{}-Initial", type.field));
    const auto later = profile.field(type.field);
    modules.push_back({profile.name, std::string(modules.empty() && !first.empty() ? first : later)});
  }
  return modules;
}

// One line with `end` replaced by `count`, and one space between the module and its options.
std::string config_line(const Type& type, std::string_view line, std::size_t count) {
  // The control is a word or [...], then white space, then the module.
  auto at = line.starts_with('[') ? line.find(']') : line.find_first_of(" \t");
  at = line.find_first_not_of(" \t", at == std::string_view::npos ? line.size() : at + 1);
  const auto end = std::min(line.find_first_of(" \t", std::min(at, line.size())), line.size());
  std::string head(line.substr(0, end));
  for (auto found = head.find("end"); found != std::string::npos; found = head.find("end", found)) {
    head.replace(found, 3, std::to_string(count));
  }
  std::string options;
  for (auto rest = trimmed(line.substr(end)); !rest.empty();) {
    const auto word = rest.substr(0, std::min(rest.find_first_of(" \t"), rest.size()));
    options += (options.empty() ? "" : " ") + std::string(word);
    rest = trimmed(rest.substr(word.size()));
  }
  return fmt::format("{}\t{} {}\n", type.word, head, options);
}

std::string block_text(const std::vector<Module>& modules, const Type& type, bool primary) {
  std::size_t count = 0;
  for (const auto& module : modules) count += lines_of(module.lines).size();
  if (count == 0) return primary ? fmt::format("{}\t[default=1]\t\t\tpam_permit.so\n", type.word) : "";
  std::string text;
  // A jump from the additional block must not leave the stack, so there the count begins one lower.
  std::size_t left = primary ? count : count - 1;
  for (const auto& module : modules) {
    for (const auto line : lines_of(module.lines)) text += config_line(type, line, left--);
  }
  return text;
}

// The template with what stands between its markers replaced.
std::string config_text(std::string_view source, const Type& type, const std::vector<Module>& primary,
                        const std::vector<Module>& additional) {
  std::string text;
  bool inside = false;
  for (const auto line : lines_of(source)) {
    if (line.starts_with(fallback_marker) || line.starts_with(end_marker)) inside = false;
    if (inside) continue;
    text += fmt::format("{}\n", line);
    if (line.starts_with(primary_marker)) text += block_text(primary, type, true);
    if (line.starts_with(additional_marker)) text += block_text(additional, type, false);
    inside = line.starts_with(primary_marker) || line.starts_with(additional_marker);
  }
  return text;
}

// What pam-auth-update remembers of a type, to find local changes by.
std::string saved_text(const std::vector<Module>& primary, const std::vector<Module>& additional) {
  std::string text;
  if (primary.empty()) text = "Module: null\n[default=1]\t\t\tpam_permit.so\n";
  for (const auto* list : {&primary, &additional}) {
    for (const auto& module : *list) text += fmt::format("Module: {}\n{}\n", module.profile, module.lines);
  }
  return text;
}

}  // namespace

bool is_pam_file(std::string_view path) {
  return (path.starts_with(templates) && !path.ends_with(".md5sums")) || path.starts_with(profiles_folder);
}

std::vector<AddedFile> pam_common_files(const EffectsInput& input, std::string_view why) {
  std::vector<AddedFile> files;
  const auto profiles = sorted_profiles(input);
  for (const auto& type : types) {
    const auto source = input.contents.find(fmt::format("{}{}", templates, type.file));
    if (source == input.contents.end()) continue;
    const auto primary = modules_of(profiles, type, "Primary");
    const auto additional = modules_of(profiles, type, "Additional");
    files.push_back(added_file(fmt::format("etc/pam.d/common-{}", type.file), 0644,
                               config_text(source->second, type, primary, additional), why));
    files.push_back(added_file(fmt::format("var/lib/pam/{}", type.file), 0644,
                               saved_text(primary, additional), why));
  }
  if (files.empty()) return files;
  std::string seen;
  for (const auto& profile : profiles) seen += profile.name + "\n";
  files.push_back(added_file("var/lib/pam/seen", 0644, std::move(seen), why));
  return files;
}

}  // namespace hauberk
