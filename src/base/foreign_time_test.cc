// SPDX-License-Identifier: Apache-2.0
#include "base/foreign_time.h"

#include <gtest/gtest.h>

namespace hauberk {
namespace {

TEST(ForeignTime, IsAllOfRfc3339) {
  for (const std::string_view text :
       {"2026-11-24T19:10:25Z", "2026-11-24t19:10:25z", "2026-11-24T19:10:25.1Z",
        "2026-11-24T19:10:25.999999999Z", "2026-11-24T19:10:25+00:00", "2026-11-24T19:10:25-00:00",
        "2026-11-24T20:10:25+01:00", "2026-11-25T00:55:25.123456+05:45", "2026-11-24T14:10:25-05:00"}) {
    const auto time = parse_any_rfc3339(text);
    ASSERT_TRUE(time.has_value()) << text;
    EXPECT_EQ(to_rfc3339(*time), "2026-11-24T19:10:25Z") << text;
  }
}

TEST(ForeignTime, RefusesWhatIsNone) {
  for (const std::string_view text :
       {"", "2026-11-24", "2026-11-24T19:10:25", "2026-11-24T19:10:25.Z", "2026-11-24T19:10:25.1",
        "2026-11-24T19:10:25+1:00", "2026-11-24T19:10:25+0100", "2026-11-24T19:10:25+24:00",
        "2026-11-24T19:10:25+00:60", "2026-11-24T19:10:25ZZ", "2026-11-24T19:10:25+-1:00",
        "2026-11-24 19:10:25Z", "2026-02-29T19:10:25+01:00", "2026-11-24T19:10:2.5Z"}) {
    EXPECT_FALSE(parse_any_rfc3339(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace hauberk
