// SPDX-License-Identifier: Apache-2.0
#include "definition/test_words.h"

#include <gtest/gtest.h>

namespace hauberk {
namespace {

TEST(TestWords, SplitsAsAShellDoes) {
  struct Row {
    std::string_view summary, command;
    std::vector<std::string> words;
  };
  const Row rows[] = {
      {"nothing", " \t", {}},
      {"words", "  /bin/a  -b\tc\n", {"/bin/a", "-b", "c"}},
      {"single quotes", "a 'b \"c' d", {"a", "b \"c", "d"}},
      {"double quotes", R"(a "b 'c\" \\ \n" d)", {"a", R"(b 'c" \ \n)", "d"}},
      {"backslash", R"(a\ b \"c)", {"a b", "\"c"}},
      {"empty word", "a '' \"\"", {"a", "", ""}},
      {"glued", "a'b'\"c\"d", {"abcd"}},
      {"no expansion", "$HOME *.c `x` ~", {"$HOME", "*.c", "`x`", "~"}},
  };
  for (const Row& row : rows) {
    const auto words = split_test_words(row.command);
    ASSERT_TRUE(words.has_value()) << row.summary << ": " << words.error().message;
    EXPECT_EQ(*words, row.words) << row.summary;
  }
  for (const std::string_view command : {"a 'b", "a \"b", "a \\"})
    EXPECT_FALSE(split_test_words(command).has_value()) << command;
}

}  // namespace
}  // namespace hauberk
