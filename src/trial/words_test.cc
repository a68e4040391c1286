// SPDX-License-Identifier: Apache-2.0
#include "trial/words.h"

#include <gtest/gtest.h>

namespace hauberk {
namespace {

using Words = std::vector<std::string>;

TEST(SplitWords, AsAShellDoes) {
  struct Row {
    std::string summary, text;
    Words words;
  };
  const std::vector<Row> rows{
      {"nothing", "", {}},
      {"blanks alone", " \t\n ", {}},
      {"plain words", "/bin/a  b\tc\n", {"/bin/a", "b", "c"}},
      {"single quotes are literal", R"('a b' 'c\n' '"')", {"a b", "c\\n", "\""}},
      {"double quotes keep most backslashes",
       R"("PING\r\n" "\"" "\\" "\$x" "\`")",
       {"PING\\r\\n", "\"", "\\", "$x", "`"}},
      {"a backslash outside quotes", R"(a\ b \' \n)", {"a b", "'", "n"}},
      {"quotes within a word", R"(a'b c'd"e f")", {"ab cde f"}},
      {"empty words", R"('' "" a)", {"", "", "a"}},
      {"a line that goes on", "a\\\nb \\\n c", {"ab", "c"}},
      {"a line that goes on in quotes", "\"a\\\nb\"", {"ab"}},
      {"nothing is expanded",
       "$HOME ~ * `x` $(y) a|b;c >d #e",
       {"$HOME", "~", "*", "`x`", "$(y)", "a|b;c", ">d", "#e"}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto words = split_words(row.text);
    ASSERT_TRUE(words) << words.error().message;
    EXPECT_EQ(*words, row.words);
  }
}

TEST(SplitWords, Refuses) {
  struct Row {
    std::string summary, text;
    ErrorKind kind;
  };
  const std::vector<Row> rows{
      {"a single quote left open", "a 'b", ErrorKind::invalid_input},
      {"a double quote left open", "a \"b\\\"", ErrorKind::invalid_input},
      {"a backslash at the end", "a\\", ErrorKind::invalid_input},
      {"a backslash at the end in quotes", "\"a\\", ErrorKind::invalid_input},
      {"a NUL", std::string("a\0b", 3), ErrorKind::invalid_input},
      {"far too long", std::string(70'000, 'a'), ErrorKind::limit_exceeded},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto words = split_words(row.text);
    ASSERT_FALSE(words);
    EXPECT_EQ(words.error().kind, row.kind);
  }
}

TEST(QuoteWord, ReadsBack) {
  for (const std::string word : {"", "plain", "a b", "it's", "\\", "\"$x`", "\n", "a'b'c", "#", "~"}) {
    EXPECT_EQ(split_words(quote_word(word)).value_or(Words{}), Words{word});
  }
  EXPECT_EQ(quote_word("/usr/bin/nginx"), "/usr/bin/nginx");
  EXPECT_EQ(quote_word("it's"), "'it'\\''s'");
}

}  // namespace
}  // namespace hauberk
