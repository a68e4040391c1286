// The policy: what an image must prove before it counts.
//
// A YAML file that a person writes, and the same for `hauberk verify` and for the gates:
//   version: 1
//   rules:
//     - repositories: ["hauberk/*"]
//       keys: [build]                          # names or fingerprints; absent: all that trust.json allows
//       require: [signature, provenance, spdx, vulns]   # names of predicates, or types
//       maximum-age-hours: {vulns: 168}        # by its own time; of types that have one
//       outcomes: {tests: passed, hardening: passes, secrets: passes, vulns: no-fixable-critical}
// The first rule whose repositories fit is the image's; where none fits, nothing of it is proved. Unknown
// keys are errors with the nearest right one. Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hauberk {

struct PolicyRule {
  std::vector<std::string> repositories;  // patterns
  std::vector<std::string> keys;  // empty: any that is allowed
  std::vector<std::string> require;  // predicate types
  std::map<std::string, int> maximum_age_hours;  // by predicate type
  std::map<std::string, std::string> outcomes;  // predicate type -> one of outcome_names()

  friend bool operator==(const PolicyRule&, const PolicyRule&) = default;
};

struct Policy {
  std::vector<PolicyRule> rules;

  // The rule for a repository (Reference::name()), or null.
  const PolicyRule* rule_for(std::string_view repository) const;

  friend bool operator==(const Policy&, const Policy&) = default;
};

// What `hauberk verify` asks of every image where no policy is named: a signature, by a key that may.
Policy default_policy();

// The outcomes that a statement of this type can be asked for: "passed" of tests, "passes" of hardening and
// secrets, "no-critical" and "no-fixable-critical" of vulns. Empty for the others.
std::vector<std::string_view> outcome_names(std::string_view predicate_type);

// invalid_input with file, line and column.
Result<Policy> parse_policy(std::string_view text, std::string_view file);

}  // namespace hauberk
