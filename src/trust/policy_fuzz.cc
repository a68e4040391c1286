// Any bytes as a policy: what is taken asks for something, and what it asks for can be met.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "attest/predicate.h"
#include "trust/policy.h"

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

void check_rule(const hauberk::PolicyRule& rule) {
  check(!rule.repositories.empty() && !rule.require.empty());
  const auto is_required = [&](const std::string& type) {
    return std::ranges::find(rule.require, type) != rule.require.end();
  };
  for (const auto& [type, hours] : rule.maximum_age_hours) {
    check(is_required(type) && hours > 0 && hauberk::time_pointer_of(type) != nullptr);
  }
  for (const auto& [type, outcome] : rule.outcomes) {
    const auto known = hauberk::outcome_names(type);
    check(is_required(type) && std::ranges::find(known, outcome) != known.end());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto policy = hauberk::parse_policy({reinterpret_cast<const char*>(data), size}, "policy.yaml");
  if (!policy) {
    check(policy.error().message.starts_with("policy.yaml"));
    return 0;
  }
  for (const auto& rule : policy->rules) check_rule(rule);
  const hauberk::PolicyRule* const rule = policy->rule_for("hauberk/nginx");
  check(rule == nullptr ||
        (rule >= policy->rules.data() && rule < policy->rules.data() + policy->rules.size()));
  return 0;
}
