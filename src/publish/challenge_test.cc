// SPDX-License-Identifier: Apache-2.0
#include "publish/challenge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hauberk {
namespace {

using ::testing::ElementsAre;

TEST(Challenge, Reads) {
  struct Row {
    const char* summary;
    const char* text;
    std::vector<Challenge> expected;
  };
  const Row rows[] = {
      {"nothing", "", {}},
      {"basic", "Basic realm=\"a, b\"", {{"basic", {{"realm", "a, b"}}}}},
      {"bearer as Docker Hub sends it",
       "Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\","
       "scope=\"repository:a/b:pull,push\"",
       {{"bearer",
         {{"realm", "https://auth.docker.io/token"},
          {"service", "registry.docker.io"},
          {"scope", "repository:a/b:pull,push"}}}}},
      {"two ways in one line",
       "Basic realm=x, Bearer realm=\"y\" , service=z",
       {{"basic", {{"realm", "x"}}}, {"bearer", {{"realm", "y"}, {"service", "z"}}}}},
      {"a way without parameters", "Basic, Negotiate", {{"basic", {}}, {"negotiate", {}}}},
      {"a way with a token of its own",
       "Negotiate YWJjZA==, Basic realm=\"x\"",
       {{"negotiate", {}}, {"basic", {{"realm", "x"}}}}},
      {"escaped quotation marks", R"(Basic realm="a\"b\\c")", {{"basic", {{"realm", R"(a"b\c)"}}}}},
      {"names in any case, blanks around the sign", "BASIC Realm = \"x\"", {{"basic", {{"realm", "x"}}}}},
      {"empty parts of the list", ", ,Basic realm=x,,", {{"basic", {{"realm", "x"}}}}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto parsed = parse_challenges(row.text);
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(*parsed, row.expected);
  }
}

TEST(Challenge, Refuses) {
  std::string many_ways, many_parameters = "Basic a=b";
  for (int i = 0; i < 17; ++i) many_ways += "Basic, ";
  for (int i = 0; i < 33; ++i) many_parameters += ", a" + std::to_string(i) + "=b";
  struct Row {
    const char* summary;
    std::string text;
    ErrorKind kind;
  };
  const Row rows[] = {
      {"a parameter first", "realm=x", ErrorKind::invalid_input},
      {"no end of the text", "Basic realm=\"x", ErrorKind::invalid_input},
      {"an escape at the end", "Basic realm=\"x\\", ErrorKind::invalid_input},
      {"a control character", "Basic \x01", ErrorKind::invalid_input},
      {"a zero byte", std::string("Basic\0realm=x", 13), ErrorKind::invalid_input},
      {"a parameter twice", "Basic realm=x, REALM=y", ErrorKind::invalid_input},
      {"too many ways", many_ways, ErrorKind::limit_exceeded},
      {"too many parameters", many_parameters, ErrorKind::limit_exceeded},
      {"too long", "Basic realm=\"" + std::string(17'000, 'x') + "\"", ErrorKind::limit_exceeded},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto parsed = parse_challenges(row.text);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().kind, row.kind);
  }
}

}  // namespace
}  // namespace hauberk
