// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include <gtest/gtest.h>

namespace hauberk {
namespace {

TEST(Time, WritesAndReadsRfc3339) {
  EXPECT_EQ(to_rfc3339(from_unix(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(from_unix(1'795'634'425)), "2026-11-25T19:20:25Z");
  EXPECT_EQ(to_rfc3339(from_unix(-1)), "1969-12-31T23:59:59Z");
  for (const std::int64_t seconds : {0LL, 951'782'400LL, 1'709'164'800LL, 4'102'444'799LL}) {
    EXPECT_EQ(to_unix(*parse_rfc3339(to_rfc3339(from_unix(seconds)))), seconds);
  }
}

TEST(Time, RefusesOtherForms) {
  for (const std::string_view text :
       {"", "2026-11-24", "2026-11-24 19:10:25Z", "2026-11-24T19:10:25", "2026-11-24T19:10:25+00:00",
        "2026-11-24T19:10:25.1Z", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-24T24:00:00Z",
        "2026-11-24T00:60:00Z", "x026-11-24T00:00:00Z", "-026-11-24T00:00:00Z"}) {
    EXPECT_FALSE(parse_rfc3339(text).has_value()) << text;
  }
}

TEST(Time, ReadsReleaseDates) {
  for (const std::string_view text : {"Sat, 21 Nov 2026 09:15:44 UTC", "Sat, 21 Nov 2026 09:15:44 +0000",
                                      "Sat, 21 Nov 2026 09:15:44 GMT", "Sat, 21 Nov 2026 09:15:44 Z"}) {
    const auto time = parse_rfc2822(text);
    ASSERT_TRUE(time.has_value()) << text;
    EXPECT_EQ(to_rfc3339(*time), "2026-11-21T09:15:44Z");
  }
  for (const std::string_view text :
       {"", "yesterday", "Sat, 21 Nov 2026 09:15:44", "Sat, 21 Nov 2026 09:15:44 CET",
        "Sat, 31 Feb 2026 09:15:44 UTC", "Sat, 21 Xxx 2026 09:15:44 UTC", "Sat, 21 Nov 2026 25:15:44 UTC"}) {
    EXPECT_FALSE(parse_rfc2822(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace hauberk
