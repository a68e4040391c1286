// SPDX-License-Identifier: Apache-2.0
#include "assemble/effects_table.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "base/digest.h"
#include "tar/entry.h"

namespace hauberk {
namespace {

// How many arguments an effect takes, and which of them are paths in the tree, a mode, an id.
struct Shape {
  std::string_view name;
  Effect::Kind kind;
  std::size_t arguments;
  std::string_view types;  // one letter each: p path, m octal mode, i id, j id or "-", n integer, t text
};

constexpr Shape shapes[] = {
    {"ca-bundle", Effect::Kind::ca_bundle, 0, ""},
    {"alternative", Effect::Kind::alternative, 4, "taan"},
    {"copy", Effect::Kind::copy, 3, "ppm"},
    {"symlink", Effect::Kind::symlink, 2, "pt"},
    {"file", Effect::Kind::file, 3, "pmt"},
    {"directory", Effect::Kind::directory, 4, "pmii"},
    {"shells", Effect::Kind::shells, 0, ""},
    {"pam-common", Effect::Kind::pam_common, 0, ""},
    {"base-passwd", Effect::Kind::base_passwd, 0, ""},
    {"user", Effect::Kind::user, 5, "tjttt"},
    {"group", Effect::Kind::group, 2, "tj"},
};

bool consists_of(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

// At most 9 digits, so that the number fits wherever it goes.
bool is_number(std::string_view text) { return consists_of(text, "0123456789") && text.size() <= 9; }

bool fits(std::string_view word, char type) {
  switch (type) {
    case 'p': {
      const auto path = normal_path(word);
      return path && *path == word && !word.empty();
    }
    case 'a': return word.starts_with('/');
    case 'm': return consists_of(word, "01234567") && word.size() == 4;
    case 'i': return is_number(word);
    case 'j': return word == "-" || is_number(word);
    case 'n': return is_number(word.starts_with('-') ? word.substr(1) : word);
    default: return true;
  }
}

// Takes the next word off the front of `line`.
std::string_view take_word(std::string_view& line) {
  const auto begin = std::min(line.find_first_not_of(' '), line.size());
  line.remove_prefix(begin);
  const auto word = line.substr(0, std::min(line.find(' '), line.size()));
  line.remove_prefix(word.size());
  return word;
}

std::optional<std::string> unescape(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      result.push_back(text[i]);
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    switch (text[i]) {
      case 'n': result.push_back('\n'); break;
      case 't': result.push_back('\t'); break;
      case '\\': result.push_back('\\'); break;
      default: return std::nullopt;
    }
  }
  return result;
}

class Parser {
 public:
  Result<EffectsTable> parse(std::string_view text) {
    while (!text.empty()) {
      const std::string line = take_line(text);
      if (line.empty() || line.starts_with('#')) continue;
      TRY_STATUS(add_line(line));
    }
    TRY_STATUS(end_block());
    std::ranges::sort(table_.sources);
    const auto doubles = std::ranges::unique(table_.sources);
    table_.sources.erase(doubles.begin(), doubles.end());
    return std::move(table_);
  }

 private:
  // A line with those that continue it: " \\" at its end goes on after the spaces that begin the next.
  std::string take_line(std::string_view& text) {
    std::string whole;
    while (true) {
      ++number_;
      auto line = text.substr(0, std::min(text.find('\n'), text.size()));
      text.remove_prefix(std::min(line.size() + 1, text.size()));
      if (!whole.empty()) line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
      whole += line;
      if (!whole.ends_with(" \\") || text.empty()) return whole;
      whole.pop_back();
    }
  }

  std::unexpected<Error> bad(std::string_view why) const {
    return fail(ErrorKind::invalid_input, "cannot read the effects table: line {}: {}", number_, why);
  }

  Status add_line(std::string_view line) {
    std::string_view rest = line;
    const auto keyword = take_word(rest);
    if (keyword == "script") {
      TRY_STATUS(end_block());
      TRY(block_, script_name(rest));
      in_block_ = true;
      if (!rest.empty()) return bad("a script has a package and a name");
      return {};
    }
    if (keyword == "none") {
      TRY_STATUS(end_block());
      TRY(const auto name, script_name(rest));
      const auto hash = take_word(rest);
      return add(name, hash, {});
    }
    if (!in_block_) return bad("an effect before the first script");
    if (keyword == "sha256") {
      if (!effects_.empty()) return bad("a hash after an effect");
      hashes_.emplace_back(take_word(rest));
      return {};
    }
    TRY(auto effect, effect_of(line));
    effects_.push_back(std::move(effect));
    return {};
  }

  Result<ScriptName> script_name(std::string_view& rest) const {
    ScriptName name{std::string(take_word(rest)), std::string(take_word(rest))};
    if (name.package.empty() || (name.script != "preinst" && name.script != "postinst")) {
      return bad("a script is a package and preinst or postinst");
    }
    return name;
  }

  Status add(const ScriptName& name, std::string_view hash, const std::vector<Effect>& effects) {
    if (!Digest::of_hex(Digest::Algorithm::sha256, hash)) return bad("a hash is 64 lowercase hex digits");
    auto& script = table_.scripts[name];
    if (!script.by_hash.emplace(hash, effects).second) return bad("the hash is there already");
    script.newest = effects;
    return {};
  }

  Status end_block() {
    if (!in_block_) return {};
    if (hashes_.empty() || effects_.empty()) return bad("the script before has no hash or no effect");
    for (const auto& hash : hashes_) TRY_STATUS(add(block_, hash, effects_));
    for (const auto& effect : effects_) {
      if (effect.kind == Effect::Kind::copy) table_.sources.push_back(effect.arguments[0]);
    }
    hashes_.clear();
    effects_.clear();
    in_block_ = false;
    return {};
  }

  Result<Effect> effect_of(std::string_view rest) const {
    Effect effect;
    TRY_STATUS(take_conditions(rest, effect));
    const auto name = take_word(rest);
    const auto* shape = std::ranges::find(shapes, name, &Shape::name);
    if (shape == std::end(shapes)) return bad(fmt::format("there is no effect \"{}\"", name));
    effect.kind = shape->kind;
    for (std::size_t i = 0; i < shape->arguments; ++i) {
      if (effect.kind == Effect::Kind::file && i == 2) break;
      effect.arguments.emplace_back(take_word(rest));
    }
    if (effect.kind == Effect::Kind::file) {
      auto text = unescape(rest.starts_with(' ') ? rest.substr(1) : rest);
      if (!text) return bad("a backslash in a text is \\n, \\t or \\\\");
      effect.arguments.push_back(*std::move(text));
      rest = {};
    }
    TRY_STATUS(check_types(effect, *shape));
    if (effect.kind == Effect::Kind::alternative) return with_slaves(std::move(effect), rest);
    if (!take_word(rest).empty()) return bad(fmt::format("{} has too many arguments", name));
    return effect;
  }

  Status take_conditions(std::string_view& rest, Effect& effect) const {
    while (rest.starts_with('[')) {
      const auto end = rest.find(']');
      if (end == std::string_view::npos) return bad("a condition ends with ]");
      auto inside = rest.substr(1, end - 1);
      rest.remove_prefix(end + 1);
      rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
      const auto word = take_word(inside);
      const auto path = take_word(inside);
      if (word == "dpkg" && path.empty()) {
        effect.only_with_dpkg = true;
      } else if ((word == "when" || word == "unless") && fits(path, 'p')) {
        (word == "when" ? effect.when : effect.unless).emplace_back(path);
      } else {
        return bad("a condition is [dpkg], [when path] or [unless path]");
      }
    }
    return {};
  }

  Status check_types(const Effect& effect, const Shape& shape) const {
    for (std::size_t i = 0; i < shape.arguments; ++i) {
      const bool may_be_empty = effect.kind == Effect::Kind::file && i == 2;
      if ((effect.arguments[i].empty() && !may_be_empty) || !fits(effect.arguments[i], shape.types[i])) {
        return bad(fmt::format("argument {} of {} is missing or malformed", i + 1, shape.name));
      }
    }
    return {};
  }

  Result<Effect> with_slaves(Effect effect, std::string_view rest) const {
    while (true) {
      const auto word = take_word(rest);
      if (word.empty()) return effect;
      const std::string name(take_word(rest));
      const std::string link(take_word(rest));
      const std::string target(take_word(rest));
      if (word != "slave" || !link.starts_with('/') || !target.starts_with('/')) {
        return bad("after an alternative's priority stands: slave name link target");
      }
      effect.arguments.insert(effect.arguments.end(), {name, link, target});
    }
  }

  EffectsTable table_;
  ScriptName block_;
  bool in_block_ = false;
  std::vector<std::string> hashes_;
  std::vector<Effect> effects_;
  int number_ = 0;
};

}  // namespace

Result<EffectsTable> parse_effects_table(std::string_view text) { return Parser().parse(text); }

std::string reviewed_table_text() {
  return fmt::format("{}\n{}", scripts_without_effects(), scripts_with_effects());
}

const EffectsTable& reviewed_table() {
  static const EffectsTable table = [] {
    auto parsed = parse_effects_table(reviewed_table_text());
    if (!parsed) std::abort();
    return *std::move(parsed);
  }();
  return table;
}

}  // namespace hauberk
