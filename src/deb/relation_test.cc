// SPDX-License-Identifier: Apache-2.0
#include "deb/relation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hauberk {
namespace {

using testing::HasSubstr;

// "a | b (>= 1), c" as it is read, one group in a line.
std::string read(std::string_view field, std::string_view architecture = "amd64") {
  const auto relations = parse_relations(field, architecture);
  if (!relations) return "error: " + relations.error().message;
  std::string text;
  for (const auto& alternatives : *relations) text += text_of(alternatives) + "\n";
  return text;
}

TEST(Relation, Parse) {
  const struct {
    const char* summary;
    const char* field;
    const char* expected;
  } rows[] = {
      {"empty", "", ""},
      {"blanks", " \n ", ""},
      {"one name", "libc6", "libc6\n"},
      {"a version", "libc6 (>= 2.34)", "libc6 (>= 2.34)\n"},
      {"without blanks", "libc6(>=2.34)", "libc6 (>= 2.34)\n"},
      {"alternatives", "libc6 (>= 2.34), mawk | awk", "libc6 (>= 2.34)\nmawk | awk\n"},
      {"folded over lines", "a,\n b |\n c", "a\nb | c\n"},
      {"a comma at the end, as dpkg tolerates", "a, b,", "a\nb\n"},
      {"qualifier", "python3:any (<< 3.12)", "python3:any (<< 3.12)\n"},
      {"all operators", "a (<< 1), b (<= 1), c (= 1), d (>= 1), e (>> 1)",
       "a (<< 1)\nb (<= 1)\nc (= 1)\nd (>= 1)\ne (>> 1)\n"},
      {"the old operators", "a (< 1), b (> 1)", "a (<= 1)\nb (>= 1)\n"},
      {"restriction that holds", "a [amd64 arm64]", "a\n"},
      {"restriction that does not", "a [arm64], b", "b\n"},
      {"negated", "a [!amd64], b [!arm64 !i386]", "b\n"},
      {"one alternative left out", "a [arm64] | b", "b\n"},
      {"wildcards", "a [any], b [linux-any], c [any-amd64], d [linux-arm64], e [kfreebsd-any]", "a\nb\nc\n"},
      {"version and restriction", "a (>= 1) [amd64] | b", "a (>= 1) | b\n"},
      {"names of one letter, capitals, plus", "R, g++-12, libstdc++6", "R\ng++-12\nlibstdc++6\n"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    EXPECT_EQ(read(row.field), row.expected);
  }
}

TEST(Relation, Refused) {
  const struct {
    const char* summary;
    std::string field;
    const char* why;
  } rows[] = {
      {"two commas", "a,, b", "at byte 3: expected a package name"},
      {"comma first", ", a", "expected a package name"},
      {"bar at the end", "a |", "expected a package name"},
      {"two names", "a b", "at byte 3: expected a comma"},
      {"no operator", "a (1)", "expected one of"},
      {"no version", "a (>= )", "a version is empty"},
      {"not closed", "a (>= 1", "expected \")\""},
      {"two words as version", "a (>= 1 2)", "expected \")\""},
      {"bad version", "a (>= 1_2)", "is no version"},
      {"unknown operator", "a (!= 1)", "expected one of"},
      {"two versions", "a (>= 1) (<< 2)", "expected a comma"},
      {"empty restriction", "a []", "restriction"},
      {"mixed restriction", "a [amd64 !i386]", "restriction"},
      {"restriction not closed", "a [amd64", "expected an architecture"},
      {"build profile", "a <!nocheck>", "build profiles"},
      {"empty qualifier", "a:", "expected an architecture"},
      {"a name with a slash", "a/b", "expected a comma"},
      {"a name that begins with a dot", ".a", "expected a package name"},
      {"a NUL", std::string("a\0", 2), "expected a comma"},
      {"a long name", std::string(256, 'a'), "expected a package name"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto relations = parse_relations(row.field, "amd64");
    ASSERT_FALSE(relations);
    EXPECT_EQ(relations.error().kind, ErrorKind::invalid_input);
    EXPECT_THAT(relations.error().message, HasSubstr(row.why));
  }
}

TEST(Relation, Limits) {
  std::string many = "a";
  for (int i = 1; i < 10'000; ++i) many += ",a";
  EXPECT_TRUE(parse_relations(many, "amd64"));
  for (const std::string& field : {many + ",a", std::string((1 << 20) + 1, ' ')}) {
    const auto relations = parse_relations(field, "amd64");
    ASSERT_FALSE(relations);
    EXPECT_EQ(relations.error().kind, ErrorKind::limit_exceeded);
    EXPECT_LT(relations.error().message.size(), 400U);
  }
}

TEST(Relation, Holds) {
  const struct {
    Relation::Operator op;
    const char* candidate;
    bool holds;
  } rows[] = {
      {Relation::Operator::any, "0", true},
      {Relation::Operator::less, "1.9", true},
      {Relation::Operator::less, "2.0", false},
      {Relation::Operator::less_equal, "2.00", true},
      {Relation::Operator::less_equal, "2.1", false},
      {Relation::Operator::equal, "2.0-0", true},
      {Relation::Operator::equal, "2.0-1", false},
      {Relation::Operator::greater_equal, "2.0", true},
      {Relation::Operator::greater_equal, "2.0~rc1", false},
      {Relation::Operator::greater, "1:0", true},
      {Relation::Operator::greater, "2.0", false},
  };
  for (const auto& row : rows) {
    const Relation relation{"a", "", row.op, row.op == Relation::Operator::any ? "" : "2.0"};
    EXPECT_EQ(relation.holds(row.candidate), row.holds) << relation.text() << " " << row.candidate;
  }
}

TEST(Relation, TextReadsBack) {
  const char* field = "libc6 (>= 2.34), mawk | awk:any (= 1:2-3), a (<< 1~), b (>> 2), c (<= 3)";
  const auto relations = parse_relations(field, "amd64");
  ASSERT_TRUE(relations);
  std::string text;
  for (const auto& alternatives : *relations) text += (text.empty() ? "" : ", ") + text_of(alternatives);
  EXPECT_EQ(text, field);
  EXPECT_EQ(parse_relations(text, "amd64"), relations);
}

}  // namespace
}  // namespace hauberk
