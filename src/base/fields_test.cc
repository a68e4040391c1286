// SPDX-License-Identifier: Apache-2.0
#include "base/fields.h"

#include <gmock/gmock.h>

namespace hauberk {
namespace {

TEST(Fields, AreSplitWithTheEmptyOnes) {
  EXPECT_THAT(split("a::b:", ':'), testing::ElementsAre("a", "", "b", ""));
  EXPECT_THAT(split("", ':'), testing::ElementsAre(""));
}

TEST(Fields, DecimalsAreDigitsAlone) {
  EXPECT_EQ(decimal("0"), 0U);
  EXPECT_EQ(decimal("4294967295"), 4294967295U);
  for (const char* text : {"", "4294967296", "-1", "+1", " 1", "1 ", "0x1", "1a"})
    EXPECT_FALSE(decimal(text)) << text;
}

}  // namespace
}  // namespace hauberk
