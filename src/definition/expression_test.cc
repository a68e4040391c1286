// SPDX-License-Identifier: Apache-2.0
#include "definition/expression.h"

#include <gtest/gtest.h>

namespace hauberk {
namespace {

Result<std::string> lookup(std::string_view name) {
  if (name == "target.arch") return "amd64";
  if (name == "definition.vars.EMPTY") return "";
  if (name == "definition.vars.ON") return "true";
  return fail(ErrorKind::invalid_input, "there is no name {}", name);
}

TEST(Expression, Evaluates) {
  struct Row {
    std::string_view summary, text, value;
  };
  const Row rows[] = {
      {"string", "\"a\"", "a"},
      {"single quotes", "'a\"b'", "a\"b"},
      {"escaped quote", R"("a\"b\\")", "a\"b\\"},
      {"name", "target.arch", "amd64"},
      {"equal", "target.arch == \"amd64\"", "true"},
      {"different", "target.arch != 'amd64'", "false"},
      {"choice", "target.arch == \"amd64\" ? \"x64\" : \"arm64\"", "x64"},
      {"choice without spaces", "target.arch==\"arm64\"?\"a\":\"b\"", "b"},
      {"nested choice", "false ? '1' : true ? '2' : '3'", "2"},
      {"plus", "'a' + 'b' + target.arch", "abamd64"},
      {"plus before ==", "'a' + 'b' == 'ab'", "true"},
      {"and before or", "true || false && false", "true"},
      {"parentheses", "(true || false) && false", "false"},
      {"not", "!(target.arch == 'arm64')", "true"},
      {"not not", "!!true", "true"},
      {"text true is true", "definition.vars.ON ? 'y' : 'n'", "y"},
      {"empty text", "definition.vars.EMPTY == ''", "true"},
      {"line breaks", "\n true\n ?\t'y' : 'n'", "y"},
  };
  for (const Row& row : rows) {
    const auto value = evaluate_expression(row.text, lookup);
    ASSERT_TRUE(value.has_value()) << row.summary << ": " << value.error().message;
    EXPECT_EQ(*value, row.value) << row.summary;
  }
}

TEST(Expression, RefusesWhatIsBroken) {
  struct Row {
    std::string_view summary;
    std::string text;
    std::string_view message;
  };
  const Row rows[] = {
      {"empty", "", "ends where a value should stand"},
      {"one equals sign", "target.arch = \"amd64\"", "has something after its end (at character 13)"},
      {"quote not closed", "target.arch == \"amd64", "has a quote that is not closed"},
      {"no colon", "true ? 'a'", "lacks the \":\""},
      {"no question mark", "true 'a' : 'b'", "has something after its end"},
      {"parenthesis", "(true", "lacks a \")\""},
      {"operator alone", "&& true", "not expected here"},
      {"unknown name", "target.arhc == 'x'", "there is no name target.arhc"},
      {"unknown name in the branch not taken", "true ? 'a' : nope", "there is no name nope"},
      {"unknown name behind ||", "true || nope", "there is no name nope"},
      {"a text where a truth is needed", "target.arch ? 'a' : 'b'", "needs true or false"},
      {"not of a text", "!target.arch", "needs true or false"},
      {"a number", "1 == 1", "not expected here"},
      {"two values", "'a' 'b'", "has something after its end"},
      {"too deep", std::string(5000 / 2, '('), "nested too deeply"},
      {"too long", std::string(5000, ' ') + "true", "longer than 4096"},
      {"many nots", std::string(4000, '!') + "'a'", "needs true or false"},
  };
  for (const Row& row : rows) {
    const auto value = evaluate_expression(row.text, lookup);
    ASSERT_FALSE(value.has_value()) << row.summary << ": " << *value;
    EXPECT_NE(value.error().message.find(row.message), std::string::npos)
        << row.summary << ": " << value.error().message;
  }
}

TEST(Expression, EndsAtTheBraceOutsideOfStrings) {
  EXPECT_EQ(expression_end("a } b"), 2u);
  EXPECT_EQ(expression_end("'}' }"), 4u);
  EXPECT_EQ(expression_end(R"("\"}" })"), 6u);
  EXPECT_EQ(expression_end("'}"), std::string_view::npos);
}

}  // namespace
}  // namespace hauberk
