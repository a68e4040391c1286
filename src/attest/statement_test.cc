// SPDX-License-Identifier: Apache-2.0
#include "attest/statement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hauberk {
namespace {

using testing::HasSubstr;

const std::string hex_a(64, 'a'), hex_b(128, 'b');

std::string statement(std::string_view subject, std::string_view more = R"(,"predicateType":"https://x")") {
  return fmt::format(R"({{"_type":"https://in-toto.io/Statement/v1","subject":{}{}}})", subject, more);
}

std::string subject(std::string_view digests) { return fmt::format(R"([{{"digest":{{{}}}}}])", digests); }

TEST(Statement, IsWrittenAsTheSpecificationHasIt) {
  const Statement written{{{"example", Digest::of("x")}}, "https://spdx.dev/Document", {{"a", 1}}};
  EXPECT_EQ(text_of(written),
            R"({"_type":"https://in-toto.io/Statement/v1","predicate":{"a":1},)"
            R"("predicateType":"https://spdx.dev/Document","subject":[{"digest":{"sha256":")" +
                Digest::of("x").hex() + R"("},"name":"example"}]})");
  const auto read = parse_statement(text_of(written));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, written);
}

TEST(Statement, ReadsTheOlderVersionAndUnknownMembers) {
  const auto read = parse_statement(
      R"({"_type":"https://in-toto.io/Statement/v0.1","new":[1],"subject":[{"name":"a","uri":"b","digest":)" +
      fmt::format(R"({{"sha256":"{}","gitCommit":"c"}}}}],"predicateType":"p:q"}})", hex_a));
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->subjects.size(), 1u);
  EXPECT_EQ(read->subjects[0].digest.hex(), hex_a);
  EXPECT_EQ(read->predicate, Json::object());
}

TEST(Statement, MembersThatDifferInCaseAloneAreConfusion) {
  const std::string good = subject(fmt::format(R"("sha256":"{}")", hex_a));
  const std::string type = R"(,"predicateType":"p:q")";
  const std::string rows[] = {
      statement(good, type + R"(,"PredicateType":"p:r")"),
      statement(good, type + R"(,"predicatetype":"p:q")"),
      statement(good, type + R"(,"PREDICATE":{})"),
      statement(good, type + R"(,"Subject":[])"),
      statement(good, type + ",\"\u017fubject\":[]"),
      statement(good, type + R"(,"\u017FUBJECT":[])"),
      statement(good, type + R"(,"_Type":"x")"),
      statement(fmt::format(R"([{{"Digest":{{}},"digest":{{"sha256":"{}"}}}}])", hex_a), type),
      statement(fmt::format(R"([{{"NAME":"b","digest":{{"sha256":"{}"}}}}])", hex_a), type),
      statement(subject(fmt::format(R"("sha256":"{}","SHA256":"{}")", hex_a, hex_a)), type),
  };
  for (const std::string& text : rows) {
    const auto read = parse_statement(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().kind, ErrorKind::invalid_input);
    EXPECT_THAT(read.error().message, HasSubstr("only in case")) << text;
  }
  EXPECT_TRUE(parse_statement(statement(good, type + R"(,"predicateTypes":1,"subjects":1,"_types":1)")));
}

TEST(Statement, SubjectsAreThoseOfKnownAlgorithms) {
  const auto both =
      parse_statement(statement(subject(fmt::format(R"("sha256":"{}","sha512":"{}")", hex_a, hex_b))));
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(both->subjects.size(), 2u);
  const auto none = parse_statement(statement(subject(R"("sha1":"aa","gitCommit":"bb")")));
  ASSERT_TRUE(none) << none.error().message;
  EXPECT_TRUE(none->subjects.empty());
}

TEST(Statement, RefusesWhatIsWrong) {
  struct Row {
    std::string summary, text;
    ErrorKind kind;
    std::string message;
  };
  const std::string good = subject(fmt::format(R"("sha256":"{}")", hex_a));
  std::string many = "[";
  for (std::size_t i = 0; i <= most_subjects; ++i) many += i == 0 ? R"({"digest":{}})" : R"(,{"digest":{}})";
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  const auto bad = ErrorKind::invalid_input;
  const Row rows[] = {
      {"empty", "", bad, "JSON"},
      {"truncated", statement(good).substr(0, 100), bad, "JSON"},
      {"a list", "[]", bad, "not a JSON object"},
      {"another version", R"({"_type":"https://in-toto.io/Statement/v2"})", ErrorKind::unsupported, "v2"},
      {"no version", "{}", bad, "_type"},
      {"twice the subject", statement(good, R"(,"subject":[],"predicateType":"p:q")"), bad, "twice"},
      {"no subject", statement("[]"), bad, "no subject"},
      {"subjects no list", statement("{}"), bad, "not a list"},
      {"subject no object", statement("[1]"), bad, "subject is not an object"},
      {"subject without digest", statement("[{}]"), bad, "digest"},
      {"digest no text", statement(subject(R"("sha256":1)")), bad, "not a string"},
      {"digest too short", statement(subject(R"("sha256":"aa")")), bad, "statement"},
      {"digest in capitals", statement(subject(fmt::format(R"("sha256":"{}")", std::string(64, 'A')))), bad,
       "statement"},
      {"many subjects", statement(many + "]"), ErrorKind::limit_exceeded, "10001"},
      {"no type", statement(good, ""), bad, "predicateType"},
      {"empty type", statement(good, R"(,"predicateType":"")"), bad, "predicateType"},
      {"NUL in the type", statement(good, R"(,"predicateType":"a\u0000b")"), bad, "NUL"},
      {"a line break in the type", statement(good, R"(,"predicateType":"a:b\nsigned")"), bad, "printable"},
      {"a blank in the type", statement(good, R"(,"predicateType":"a:b c")"), bad, "printable"},
      {"letters beyond ASCII in the type", statement(good, R"(,"predicateType":"a:\u00e4")"), bad,
       "printable"},
      {"predicate no object", statement(good, R"(,"predicateType":"p:q","predicate":[])"), bad,
       "not an object"},
      {"deep", statement(good, R"(,"predicateType":"p:q","predicate":)" + deep), ErrorKind::limit_exceeded,
       "deeper"},
      {"bytes after it", statement(good) + "x", bad, "JSON"},
      {"no UTF-8", statement(good, ",\"predicateType\":\"a\xff\""), bad, "JSON"},
  };
  for (const Row& row : rows) {
    const auto read = parse_statement(row.text);
    ASSERT_FALSE(read) << row.summary;
    EXPECT_EQ(read.error().kind, row.kind) << row.summary << ": " << read.error().message;
    EXPECT_THAT(read.error().message, HasSubstr(row.message)) << row.summary;
  }
}

}  // namespace
}  // namespace hauberk
