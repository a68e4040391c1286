// SPDX-License-Identifier: Apache-2.0
#include "trust/policy.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "attest/predicate.h"
#include "base/nearest.h"
#include "base/yaml.h"
#include "trust/trust.h"

namespace hauberk {
namespace {

constexpr std::size_t most_rules = 1000, most_entries = 256;
constexpr int most_hours = 24 * 3660;

constexpr std::array rule_keys = {std::string_view("repositories"), std::string_view("keys"),
                                  std::string_view("require"), std::string_view("maximum-age-hours"),
                                  std::string_view("outcomes")};

std::vector<std::string_view> names_with_time() {
  std::vector<std::string_view> names;
  for (const PredicateName& known : predicate_names()) {
    if (time_pointer_of(known.type) != nullptr) names.push_back(known.name);
  }
  return names;
}

// One file that is read, for its messages.
class PolicyReader {
 public:
  explicit PolicyReader(std::string_view file) : file_(file) {}

  Result<Policy> read(const YamlNode& document) const {
    TRY_STATUS(expect(document, YamlNode::Kind::mapping, "a mapping with \"version\" and \"rules\""));
    TRY_STATUS(check_keys(document, std::array{std::string_view("version"), std::string_view("rules")}));
    const YamlNode* version = document.find("version");
    if (version == nullptr || version->scalar != "1") {
      return wrong(version != nullptr ? *version : document, "\"version\" must be 1");
    }
    const YamlNode* rules = document.find("rules");
    if (rules == nullptr) return wrong(document, "there are no \"rules\"");
    TRY_STATUS(expect(*rules, YamlNode::Kind::sequence, "a list of rules"));
    if (rules->items.size() > most_rules) return wrong(*rules, "there are more than 1,000 rules");
    Policy policy;
    for (const YamlNode& item : rules->items) {
      TRY(PolicyRule rule, read_rule(item));
      policy.rules.push_back(std::move(rule));
    }
    return policy;
  }

 private:
  std::unexpected<Error> wrong(const YamlNode& node, std::string_view message) const {
    return fail_at(file_, node.at, message);
  }

  Status expect(const YamlNode& node, YamlNode::Kind kind, std::string_view wanted) const {
    if (node.kind == kind) return {};
    return wrong(node, fmt::format("expected {}, and found a {}", wanted, node.type_name()));
  }

  template <std::size_t N>
  Status check_keys(const YamlNode& node, const std::array<std::string_view, N>& known) const {
    for (const YamlNode::Member& member : node.members) {
      if (std::ranges::find(known, member.key) != known.end()) continue;
      const auto near = nearest(member.key, std::vector<std::string_view>(known.begin(), known.end()));
      return fail_at(file_, member.key_at,
                     near ? fmt::format("there is no key \"{}\"; did you mean \"{}\"?", member.key, *near)
                          : fmt::format("there is no key \"{}\"; there are: {}", member.key,
                                        fmt::join(known, ", ")));
    }
    return {};
  }

  Result<std::string> text(const YamlNode& node) const {
    TRY_STATUS(expect(node, YamlNode::Kind::scalar, "a string"));
    if (node.scalar.empty() || node.scalar.size() > 1024)
      return wrong(node, "the string is empty or too long");
    return node.scalar;
  }

  Result<std::vector<std::string>> texts(const YamlNode* node) const {
    std::vector<std::string> all;
    if (node == nullptr) return all;
    TRY_STATUS(expect(*node, YamlNode::Kind::sequence, "a list"));
    if (node->items.size() > most_entries) return wrong(*node, "the list is longer than 256 entries");
    for (const YamlNode& item : node->items) {
      TRY(std::string entry, text(item));
      all.push_back(std::move(entry));
    }
    return all;
  }

  Result<std::string> type(std::string_view name, const TextPosition& at) const {
    auto type = parse_predicate_type(name);
    if (!type) return fail_at(file_, at, type.error().message);
    return type;
  }

  Result<int> hours(const YamlNode& node) const {
    TRY(const std::string digits, text(node));
    int number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size() || number < 1 || number > most_hours) {
      return wrong(node, fmt::format("expected hours from 1 to {}", most_hours));
    }
    return number;
  }

  Status read_ages(const YamlNode* node, PolicyRule& rule) const {
    if (node == nullptr) return {};
    TRY_STATUS(expect(*node, YamlNode::Kind::mapping, "a mapping of predicates to hours"));
    for (const YamlNode::Member& member : node->members) {
      TRY(const std::string predicate, type(member.key, member.key_at));
      // Asked of others, it could never be met.
      if (time_pointer_of(predicate) == nullptr) {
        return fail_at(
            file_, member.key_at,
            fmt::format("\"{}\" has no age: it does not say when it was made; those that do are: {}",
                        member.key, fmt::join(names_with_time(), ", ")));
      }
      TRY(rule.maximum_age_hours[predicate], hours(member.value));
    }
    return {};
  }

  Status read_outcomes(const YamlNode* node, PolicyRule& rule) const {
    if (node == nullptr) return {};
    TRY_STATUS(expect(*node, YamlNode::Kind::mapping, "a mapping of predicates to outcomes"));
    for (const YamlNode::Member& member : node->members) {
      TRY(const std::string predicate, type(member.key, member.key_at));
      TRY(std::string outcome, text(member.value));
      const auto known = outcome_names(predicate);
      if (known.empty()) {
        return fail_at(file_, member.key_at, fmt::format("\"{}\" has no outcome to ask for", member.key));
      }
      if (std::ranges::find(known, outcome) == known.end()) {
        return wrong(member.value, fmt::format("there is no outcome \"{}\" of {}; there are: {}", outcome,
                                               member.key, fmt::join(known, ", ")));
      }
      rule.outcomes[predicate] = std::move(outcome);
    }
    return {};
  }

  Result<PolicyRule> read_rule(const YamlNode& node) const {
    TRY_STATUS(expect(node, YamlNode::Kind::mapping, "a rule"));
    TRY_STATUS(check_keys(node, rule_keys));
    PolicyRule rule;
    TRY(rule.repositories, texts(node.find("repositories")));
    if (rule.repositories.empty())
      return wrong(node, "a rule names its \"repositories\"; \"*\" is all of them");
    TRY(rule.keys, texts(node.find("keys")));
    TRY(const auto required, texts(node.find("require")));
    for (std::size_t i = 0; i < required.size(); ++i) {
      TRY(std::string predicate, type(required[i], node.find("require")->items[i].at));
      rule.require.push_back(std::move(predicate));
    }
    TRY_STATUS(read_ages(node.find("maximum-age-hours"), rule));
    TRY_STATUS(read_outcomes(node.find("outcomes"), rule));
    // What is asked of a statement asks for the statement.
    for (const auto& [predicate, hours] : rule.maximum_age_hours) add_required(rule, predicate);
    for (const auto& [predicate, outcome] : rule.outcomes) add_required(rule, predicate);
    if (rule.require.empty())
      return wrong(node, "a rule that requires nothing proves nothing: name what it requires");
    return rule;
  }

  static void add_required(PolicyRule& rule, const std::string& predicate) {
    if (std::ranges::find(rule.require, predicate) == rule.require.end()) rule.require.push_back(predicate);
  }

  std::string_view file_;
};

}  // namespace

const PolicyRule* Policy::rule_for(std::string_view repository) const {
  const auto at = std::ranges::find_if(rules, [&](const PolicyRule& rule) {
    return std::ranges::any_of(rule.repositories,
                               [&](const std::string& pattern) { return fits_pattern(pattern, repository); });
  });
  return at == rules.end() ? nullptr : &*at;
}

Policy default_policy() {
  return {{{.repositories = {"*"},
            .keys = {},
            .require = {std::string(predicate::signature)},
            .maximum_age_hours = {},
            .outcomes = {}}}};
}

std::vector<std::string_view> outcome_names(std::string_view predicate_type) {
  if (predicate_type == predicate::tests) return {"passed"};
  if (predicate_type == predicate::hardening || predicate_type == predicate::secrets) return {"passes"};
  if (predicate_type == predicate::vulns) return {"no-critical", "no-fixable-critical"};
  return {};
}

Result<Policy> parse_policy(std::string_view text, std::string_view file) {
  TRY(const YamlNode document, parse_yaml(text, file));
  return PolicyReader(file).read(document);
}

}  // namespace hauberk
