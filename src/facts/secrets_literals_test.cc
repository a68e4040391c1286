// SPDX-License-Identifier: Apache-2.0
#include "facts/secrets_literals.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "facts/secrets_text.h"

namespace hauberk {
namespace {

using Hits = std::multiset<std::pair<std::size_t, std::size_t>>;

constexpr std::array<Literal, 5> literals = {{{"aba"}, {"abab"}, {"-----BEGIN "}, {"tok", true}, {"Bab"}}};

Hits scanned(std::span<const Literal> sought, std::string_view content) {
  Hits hits;
  LiteralScanner(sought).scan(content,
                              [&](std::size_t literal, std::size_t at) { hits.emplace(literal, at); });
  return hits;
}

Hits searched(std::span<const Literal> sought, std::string_view content) {
  Hits hits;
  for (std::size_t i = 0; i < sought.size(); ++i) {
    const std::string lower = lowercase(content);
    const std::string_view text = sought[i].any_case ? std::string_view(lower) : content;
    for (std::size_t at = text.find(sought[i].text); at != std::string_view::npos;
         at = text.find(sought[i].text, at + 1)) {
      hits.emplace(i, at);
    }
  }
  return hits;
}

TEST(LiteralScanner, FindsEachPlaceOnceAtAnyOffset) {
  for (std::size_t before = 0; before < 40; ++before) {
    const std::string content = std::string(before, '-') + "-----BEGIN " + "ababa";
    EXPECT_EQ(scanned(literals, content), searched(literals, content)) << before << " before";
  }
}

TEST(LiteralScanner, ContentShorterThanALiteralHasNone) {
  for (const std::string_view content : {"", "a", "ab", "-----BEGIN"}) {
    EXPECT_TRUE(scanned(literals, content).empty()) << content;
  }
}

RC_GTEST_PROP(LiteralScanner, AgreesWithSearchingForEach, ()) {
  const auto content = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("abBtToOkK- ")));
  RC_ASSERT(scanned(literals, content) == searched(literals, content));
}

TEST(SecretsText, ChecksumsAreTheStandardOnes) {
  EXPECT_EQ(crc32("123456789"), 0xcbf43926u);
  EXPECT_EQ(crc32_base62("123456789").size(), 6u);
  EXPECT_EQ(bech32_checksum("a", ""), "2uel5l");
  EXPECT_EQ(bech32_checksum("abcdef", "qpzry9x8gf2tvdw0s3jn54khce6mua7l"), "mqqqxw");
  EXPECT_EQ(bech32_checksum("a", "b"), "");
}

TEST(SecretsText, Base64OfBothAlphabetsIsRead) {
  EXPECT_EQ(decode_base64("YWI="), "ab");
  EXPECT_EQ(decode_base64("YWI"), "ab");
  EXPECT_EQ(decode_base64("-_8"), decode_base64("+/8="));
  EXPECT_EQ(decode_base64("YWJ"), "ab") << "bits that stand for nothing";
  EXPECT_EQ(decode_base64("YWJjZ"), "abc") << "a letter too many";
  EXPECT_EQ(decode_base64("YW=="), "a");
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("a b"), std::nullopt);
  EXPECT_EQ(decode_base64("YW=Jj"), std::nullopt);
}

}  // namespace
}  // namespace hauberk
