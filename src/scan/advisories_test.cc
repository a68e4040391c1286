// SPDX-License-Identifier: Apache-2.0
#include "scan/advisories.h"

#include <gtest/gtest.h>

#include <string>

#include "scan/advisory_builder.h"

namespace hauberk {
namespace {

constexpr std::string_view words = "a description that nothing else says";

std::string table() {
  AdvisoryBuilder builder;
  builder.begin_feed({"example", "debian-tracker", "", "2026-01-01T00:00:00Z", 60});
  builder.describe(builder.vulnerability("CVE-2026-0001"), words);
  builder.add(DebianRow{"bookworm", "example", "", "", "", 0});
  const auto made = builder.finish();
  return made ? std::string(made->bytes()) : std::string();
}

TEST(Advisories, EachByteOfTheCacheIsCheckedBeforeItIsBelieved) {
  const std::string good = table();
  ASSERT_FALSE(good.empty());
  const std::size_t first_word = good.find(words);
  ASSERT_NE(first_word, std::string::npos);
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bytes = good;
    bytes[i] = static_cast<char>(bytes[i] ^ 0x20);
    const auto opened = Advisories::of(bytes);
    if (i < first_word) {
      EXPECT_FALSE(opened) << i;
      continue;
    }
    ASSERT_TRUE(opened) << i;
    const bool is_padding = i >= first_word + words.size();
    EXPECT_EQ(opened->description(opened->vulnerability(0)), is_padding ? words : "") << i;
  }
  for (std::size_t size = 0; size < first_word + words.size(); size += 7) {
    EXPECT_FALSE(Advisories::of(good.substr(0, size))) << "cut to " << size;
  }
  std::string older = good;
  older[7] = '0';
  EXPECT_EQ(Advisories::of(older).error().kind, ErrorKind::conflict);
}

TEST(Advisories, WithoutFeedsNothingIsKnown) {
  const Advisories none;
  EXPECT_TRUE(none.debian_rows("bookworm", "a").empty());
  EXPECT_TRUE(none.affected("npm", "a").empty());
  EXPECT_EQ(none.find("CVE-2026-0001"), nullptr);
  EXPECT_EQ(none.text(none.vulnerability(7).id), "");
  EXPECT_FALSE(none.epss("CVE-2026-0001"));
}

}  // namespace
}  // namespace hauberk
