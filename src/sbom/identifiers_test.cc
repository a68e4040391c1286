// SPDX-License-Identifier: Apache-2.0
#include "sbom/identifiers.h"

#include <gtest/gtest.h>

namespace hauberk {
namespace {

TEST(Identifiers, AreUnique) {
  Identifiers ids;
  EXPECT_EQ(ids.unique("a b"), "a-b");
  EXPECT_EQ(ids.unique("a-b-2"), "a-b-2");
  EXPECT_EQ(ids.unique("a+b"), "a-b-3");
  EXPECT_EQ(ids.unique("a_b"), "a-b-4");
  EXPECT_EQ(ids.unique(""), "-");
  EXPECT_LE(ids.unique(std::string(5000, 'x')).size(), 200U);
}

TEST(Identifiers, UuidIsOfVersionEight) {
  EXPECT_EQ(uuid_of("x"), uuid_of("x"));
  EXPECT_NE(uuid_of("x"), uuid_of("y"));
  const std::string uuid = uuid_of("x");
  ASSERT_EQ(uuid.size(), 36U);
  EXPECT_EQ(uuid[14], '8');
  EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
}

TEST(Identifiers, TimesBecomeWholeSeconds) {
  EXPECT_EQ(whole_seconds("2026-11-20T10:00:00.123456789+01:30"), "2026-11-20T08:30:00Z");
  EXPECT_EQ(whole_seconds("2026-11-20T10:00:00Z"), "2026-11-20T10:00:00Z");
  EXPECT_EQ(whole_seconds("2026-11-20T10:00:00-00:30"), "2026-11-20T10:30:00Z");
  for (const char* text :
       {"", "yesterday", "2026-11-20T10:00:00", "2026-11-20T10:00:00+1", "2026-13-20T10:00:00Z",
        "2026-11-20T10:00:00+99:99", "9999-12-31T23:59:59-23:59"}) {
    EXPECT_EQ(whole_seconds(text), "") << text;
  }
}

TEST(Identifiers, TextIsCleaned) {
  EXPECT_EQ(clean_text("a\n\x1b[31mb\xff"), "a  [31mb\xEF\xBF\xBD");
  EXPECT_EQ(clean_text("\xC3\xA4"), "\xC3\xA4");
}

}  // namespace
}  // namespace hauberk
