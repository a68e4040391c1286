// SPDX-License-Identifier: Apache-2.0
#include "base/terminal_text.h"

#include <gtest/gtest.h>

namespace hauberk {
namespace {

TEST(TerminalText, ShowsWhatWouldActOnTheTerminal) {
  struct Row {
    std::string_view summary, text, shown;
  };
  const Row rows[] = {
      {"plain", "nginx 1.30", "nginx 1.30"},
      {"newline and tab stay", "a\n\tb", "a\n\tb"},
      {"other scripts stay", "é漢😀", "é漢😀"},
      {"escape sequence", "\x1b[31mred", "\\x1b[31mred"},
      {"carriage return", "a\rb", "a\\x0db"},
      {"delete", "\x7f", "\\x7f"},
      {"C1 control", "\xc2\x9b", "\\xc2\\x9b"},
      {"right-to-left override",
       "a\xe2\x80\xae"
       "b",
       "a\\xe2\\x80\\xaeb"},
      {"isolate", "\xe2\x81\xa6", "\\xe2\\x81\\xa6"},
      {"Arabic letter mark", "\xd8\x9c", "\\xd8\\x9c"},
      {"invalid UTF-8", "a\xff", "a\\xff"},
      {"cut short", "\xe2\x82", "\\xe2\\x82"},
      {"overlong", "\xc0\xaf", "\\xc0\\xaf"},
      {"surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80"},
  };
  for (const Row& row : rows) EXPECT_EQ(terminal_text(row.text), row.shown) << row.summary;
  EXPECT_EQ(terminal_text(std::string_view("a\0b", 3)), "a\\x00b");
}

TEST(TerminalLine, IsOneLine) {
  EXPECT_EQ(terminal_line("a\nimage: verified.\n\tb\r\x1b[A"), "a image: verified.  b\\x0d\\x1b[A");
}

TEST(Wrapped, BreaksAtBlanks) {
  const std::string word(40, 'x');
  EXPECT_EQ(wrapped("short", 4), "short");
  EXPECT_EQ(wrapped("", 4), "");
  EXPECT_EQ(wrapped("  " + word + " " + word + " " + word, 4), "  " + word + " " + word + "\n    " + word);
}

TEST(Wrapped, KeepsWordsThatAreTooLong) {
  const std::string word(150, 'x');
  EXPECT_EQ(wrapped(word, 2), word);
  EXPECT_EQ(wrapped("    " + word, 2), "    " + word);
  EXPECT_EQ(wrapped(word + " a " + word, 2), word + "\n  a\n  " + word);
}

}  // namespace
}  // namespace hauberk
