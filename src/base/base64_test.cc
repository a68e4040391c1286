// SPDX-License-Identifier: Apache-2.0
#include "base/base64.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace hauberk {
namespace {

TEST(Base64, the_examples_of_the_specification) {
  // RFC 4648, section 10.
  const std::pair<std::string, std::string> rows[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [bytes, text] : rows) {
    EXPECT_EQ(base64_of(bytes), text);
    EXPECT_EQ(parse_base64(text), bytes);
  }
}

TEST(Base64, one_spelling_for_each_value) {
  const std::pair<const char*, std::string> rows[] = {
      {"no padding", "Zg"},         {"too little padding", "Zg="},      {"too much padding", "Zg==="},
      {"padding alone", "===="},    {"padding inside", "Zg==Zg=="},     {"a line break", "Zm9v\nZm9v"},
      {"surplus bits", "Zh=="},     {"surplus bits of two", "Zm9="},    {"the URL alphabet", "-_-_"},
      {"a letter outside", "Zm9*"}, {"a NUL", std::string("Zm9\0", 4)}, {"not ASCII", "Zm9\xff"},
  };
  for (const auto& [summary, text] : rows) EXPECT_FALSE(parse_base64(text)) << summary;
}

TEST(Base64, the_url_alphabet) {
  EXPECT_EQ(parse_base64url("-_8"), "\xfb\xff");
  EXPECT_FALSE(parse_base64url("+/8"));
  EXPECT_FALSE(parse_base64url("-_8="));
}

RC_GTEST_PROP(Base64Property, comes_back, (const std::string& bytes)) {
  RC_ASSERT(parse_base64(base64_of(bytes)).value() == bytes);
}

}  // namespace
}  // namespace hauberk
