// SPDX-License-Identifier: Apache-2.0
#include "signer/rights.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

#include "attest/predicate.h"

namespace hauberk {
namespace {

using enum KeyName;

struct Row {
  std::string type;
  std::vector<KeyName> may;
  std::string refusal;  // what the others are told
};

const std::vector<Row> rows = {
    {"https://sigstore.dev/cosign/sign/v1", {build}, "the build key may"},
    {"https://spdx.dev/Document", {build}, "the build key may"},
    {"https://slsa.dev/provenance/v1", {build}, "the build key may"},
    {"urn:x-hauberk:coverage:v1", {build}, "the build key may"},
    {"https://openvex.dev/ns/v0.2.0", {build, approval}, ""},
    {"urn:x-hauberk:exception:v1", {approval}, "the approval key may"},
    {"urn:x-hauberk:rollback:v1", {approval}, "the approval key may"},
    {"urn:x-hauberk:reproduced:v1", {approval}, "the approval key may"},
    {"https://slsa.dev/verification_summary/v1", {approval}, "the approval key may"},
    {"https://slsa.dev/verification_summary/v0.2", {approval}, "the approval key may"},
    {"urn:x-hauberk:exception:v2", {}, "no key may"},
    {"urn:x-hauberk:", {}, "no key may"},
    {"https://example.org/review/v1", {build, approval}, "the build key and the approval key may"},
    {"", {build, approval}, ""},
};

TEST(Rights, AreThoseOfTheTable) {
  for (const Row& row : rows) {
    for (const KeyName key : all_key_names) {
      const auto status = may_sign(key, row.type);
      const bool is_expected = std::ranges::find(row.may, key) != row.may.end();
      EXPECT_EQ(status.has_value(), is_expected) << row.type << " by " << name_of(key);
      if (status) continue;
      EXPECT_EQ(status.error().kind, ErrorKind::verification_failed);
      EXPECT_THAT(status.error().message, testing::HasSubstr(row.refusal));
      EXPECT_THAT(status.error().message, testing::HasSubstr(name_of(key)));
    }
  }
}

// Whatever we write has somebody who may sign it.
TEST(Rights, CoverEveryPredicateOfOurs) {
  for (const auto& known : predicate_names()) {
    EXPECT_NE(may_sign(build, known.type).has_value() + may_sign(approval, known.type).has_value(), 0)
        << known.name;
    EXPECT_FALSE(may_sign(root, known.type)) << known.name;
    EXPECT_FALSE(may_sign(KeyName::log, known.type)) << known.name;
  }
}

}  // namespace
}  // namespace hauberk
