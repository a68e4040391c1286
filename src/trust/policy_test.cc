// SPDX-License-Identifier: Apache-2.0
#include "trust/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "attest/predicate.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Policy, IsReadAsItIsWritten) {
  const auto policy = parse_policy(R"(version: 1
rules:
  - repositories: ["hauberk/*"]
    keys: [build]
    require: [signature, spdx]
    maximum-age-hours: {vulns: 168}
    outcomes: {tests: passed, vulns: no-critical}
  - repositories: ["*"]
    require: ["https://example.org/own/v1"]
)",
                                   "policy.yaml");
  ASSERT_TRUE(policy) << policy.error().message;
  const PolicyRule* rule = policy->rule_for("hauberk/nginx");
  ASSERT_NE(rule, nullptr);
  EXPECT_THAT(rule->require,
              ElementsAre(predicate::signature, predicate::spdx, predicate::vulns, predicate::tests));
  EXPECT_EQ(rule->maximum_age_hours.at(std::string(predicate::vulns)), 168);
  EXPECT_EQ(rule->outcomes.at(std::string(predicate::tests)), "passed");
  EXPECT_THAT(policy->rule_for("registry.example/x")->require, ElementsAre("https://example.org/own/v1"));
  EXPECT_EQ(Policy{}.rule_for("x"), nullptr) << "no rule: nothing is allowed";
  EXPECT_THAT(default_policy().rule_for("x")->require, ElementsAre(predicate::signature));
}

TEST(Policy, SaysWhereItIsWrong) {
  const struct {
    const char *text, *words;
  } rows[] = {
      {"", "p:1:1"},
      {"version: 2\nrules: []\n", "p:1:10: \"version\" must be 1"},
      {"version: 1\n", "no \"rules\""},
      {"version: 1\nrules: {}\n", "p:2:8: expected a list"},
      {"version: 1\nrules:\n  - require: [signature]\n", "\"repositories\""},
      {"version: 1\nrules:\n  - repositories: [\"*\"]\n", "requires nothing"},
      {"version: 1\nrules:\n  - repositories: [\"*\"]\n    requires: [spdx]\n",
       "p:4:5: there is no key \"requires\"; did you mean \"require\"?"},
      {"version: 1\nrules:\n  - repositories: [\"*\"]\n    require: [sdpx]\n", "p:4:15"},
      {"version: 1\nrules:\n  - repositories: [\"*\"]\n    maximum-age-hours: {vulns: 0}\n", "hours from 1"},
      {"version: 1\nrules:\n  - repositories: [\"*\"]\n    maximum-age-hours: {hardening: 1}\n",
       "p:4:25: \"hardening\" has no age: it does not say when it was made; those that do are: cyclonedx, "
       "provenance, reproduced, spdx, vex, vulns"},
      {"version: 1\nrules:\n  - repositories: [\"*\"]\n    maximum-age-hours: {\"https://example.org/own\": "
       "1}\n",
       "has no age"},
      {"version: 1\nrules:\n  - repositories: [\"*\"]\n    outcomes: {tests: passes}\n", "there are: passed"},
      {"version: 1\nrules:\n  - repositories: [\"*\"]\n    outcomes: {spdx: passed}\n", "no outcome"},
  };
  for (const auto& row : rows) {
    const auto policy = parse_policy(row.text, "p");
    ASSERT_FALSE(policy) << row.text;
    EXPECT_EQ(policy.error().kind, ErrorKind::invalid_input) << row.text;
    EXPECT_THAT(policy.error().message, HasSubstr(row.words));
  }
}

}  // namespace
}  // namespace hauberk
