// SPDX-License-Identifier: Apache-2.0
#include "check/acceptances.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/nearest.h"
#include "base/time.h"
#include "base/yaml.h"
#include "check/table.h"

namespace hauberk {
namespace {

constexpr std::size_t most_acceptances = 10'000;
constexpr std::int64_t seconds_of_day = 86'400;

struct Key {
  std::string_view name;
  std::string Acceptance::* member;
};
constexpr std::array keys = {Key{"check", &Acceptance::check}, Key{"path", &Acceptance::path},
                             Key{"reason", &Acceptance::reason}, Key{"until", &Acceptance::until},
                             Key{"image", &Acceptance::image}};

std::unexpected<Error> unknown_key(std::string_view file, const YamlNode::Member& member) {
  std::vector<std::string_view> names;
  for (const Key& key : keys) names.push_back(key.name);
  const auto near = nearest(member.key, names);
  return fail_at(file, member.key_at,
                 near ? fmt::format("there is no key \"{}\"; did you mean \"{}\"?", member.key, *near)
                      : fmt::format("there is no key \"{}\"; there are: {}", member.key,
                                    fmt::join(names, ", ")));
}

Result<std::string> text_at(std::string_view file, const YamlNode& node) {
  if (node.kind != YamlNode::Kind::scalar) {
    return fail_at(file, node.at, fmt::format("expected a string, and found a {}", node.type_name()));
  }
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  const auto end = node.scalar.find_last_not_of(" \n");  // a block's last newline
  std::string text = node.scalar.substr(0, end == std::string::npos ? 0 : end + 1);
  std::ranges::replace(text, '\n', ' ');
  if (text.empty()) return fail_at(file, node.at, "expected a string, and found an empty one");
  if (std::ranges::any_of(text, is_control)) {
    return fail_at(file, node.at, "control characters have no place here");
  }
  return text;
}

Status check_values(std::string_view file, const YamlNode& node, const Acceptance& acceptance) {
  if (acceptance.check.empty() || acceptance.reason.empty() || acceptance.until.empty()) {
    return fail_at(file, node.at, "an accepted finding has a \"check\", a \"reason\" and an \"until\"");
  }
  if (check_row(acceptance.check) == nullptr) {
    std::vector<std::string_view> ids;
    for (const CheckRow& row : check_table()) ids.push_back(row.id);
    const auto near = nearest(acceptance.check, ids);
    return fail_at(file, node.find("check")->at,
                   fmt::format("there is no check \"{}\"{}; docs/checks.md lists all", acceptance.check,
                               near ? fmt::format("; did you mean \"{}\"?", *near) : ""));
  }
  if (const auto day = start_of_day(acceptance.until); !day) {
    return fail_at(file, node.find("until")->at, day.error().message);
  }
  return {};
}

Result<Acceptance> read_acceptance(std::string_view file, const YamlNode& node) {
  if (node.kind != YamlNode::Kind::mapping) {
    return fail_at(file, node.at, fmt::format("expected a mapping, and found a {}", node.type_name()));
  }
  Acceptance acceptance;
  for (const YamlNode::Member& member : node.members) {
    const auto key = std::ranges::find(keys, member.key, &Key::name);
    if (key == keys.end()) return unknown_key(file, member);
    TRY(acceptance.*(key->member), text_at(file, member.value));
  }
  while (acceptance.path.starts_with('/')) acceptance.path.erase(0, 1);
  TRY_STATUS(check_values(file, node, acceptance));
  return acceptance;
}

// Where a "*" last stood, to go on from if what follows does not fit.
struct Retry {
  std::size_t pattern = std::string_view::npos;
  std::size_t text = 0;
};

}  // namespace

Result<std::vector<Acceptance>> parse_acceptances(std::string_view text, std::string_view file,
                                                  std::string_view key) {
  TRY(const YamlNode document, parse_yaml(text, file));
  if (document.kind == YamlNode::Kind::null) return std::vector<Acceptance>{};
  if (document.kind != YamlNode::Kind::mapping) {
    return fail_at(file, document.at, fmt::format("expected a mapping with \"{}\"", key));
  }
  const YamlNode* list = document.find(key);
  if (list == nullptr || list->kind == YamlNode::Kind::null) return std::vector<Acceptance>{};
  if (list->kind != YamlNode::Kind::sequence) {
    return fail_at(file, list->at, fmt::format("\"{}\" is a {}, and must be a list", key, list->type_name()));
  }
  if (list->items.size() > most_acceptances) {
    return fail_at(file, list->at, fmt::format("more than {} accepted findings", most_acceptances),
                   ErrorKind::limit_exceeded);
  }
  std::vector<Acceptance> acceptances;
  for (const YamlNode& item : list->items) {
    TRY(acceptances.emplace_back(), read_acceptance(file, item));
  }
  return acceptances;
}

bool pattern_fits(std::string_view pattern, std::string_view path) {
  std::size_t p = 0, t = 0;
  Retry one, many;  // of "*" and of "**"
  while (t < path.size()) {
    if (pattern.substr(p).starts_with("**")) {
      p += 2;
      many = {p, t};
      one = {};
    } else if (p < pattern.size() && pattern[p] == '*') {
      one = {++p, t};
    } else if (p < pattern.size() && (pattern[p] == path[t] || (pattern[p] == '?' && path[t] != '/'))) {
      ++p;
      ++t;
    } else if (one.pattern != std::string_view::npos && path[one.text] != '/') {
      p = one.pattern;
      t = ++one.text;
    } else if (many.pattern != std::string_view::npos) {
      p = many.pattern;
      t = ++many.text;
      one = {};
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

Result<std::int64_t> start_of_day(std::string_view day) {
  const auto time = parse_rfc3339(fmt::format("{}T00:00:00Z", day));
  if (day.size() == 10 && time) return to_unix(*time);
  return fail(ErrorKind::invalid_input, "\"{}\" is no day; write it like 2027-06-30", day);
}

bool has_ended(const Acceptance& acceptance, std::int64_t now) {
  const auto start = start_of_day(acceptance.until);
  return !start || now >= *start + seconds_of_day;
}

}  // namespace hauberk
