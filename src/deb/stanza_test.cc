// SPDX-License-Identifier: Apache-2.0
#include "deb/stanza.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hauberk {
namespace {

using testing::HasSubstr;

TEST(Stanza, Fields) {
  const struct {
    const char* summary;
    const char* text;
    const char* value;  // of the field A
  } rows[] = {
      {"one field", "A: b\n", "b"},
      {"no newline at the end", "A: b", "b"},
      {"no blank after the colon", "A:b\n", "b"},
      {"blanks around", "A: \t b \t\n", "b"},
      {"a colon in the value", "A: b: c\n", "b: c"},
      {"empty", "A:\n", ""},
      {"case does not matter", "a: b\n", "b"},
      {"missing", "B: c\n", ""},
      {"continued", "A: b\n c\n\td\n", "b\n c\n\td"},
      {"all in continuations", "A:\n b\n c\nD: e\n", "\n b\n c"},
      {"second of two", "B: c\nA: d\n", "d"},
      {"empty lines before and after", "\n\nA: b\n\n\n", "b"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto stanza = parse_stanza(row.text);
    ASSERT_TRUE(stanza) << stanza.error().message;
    EXPECT_EQ((*stanza)["A"], row.value);
  }
}

TEST(Stanza, Refused) {
  std::string many;
  for (int i = 0; i < 1001; ++i) many += "F" + std::to_string(i) + ": x\n";
  const struct {
    const char* summary;
    std::string text;
    const char* why;
    ErrorKind kind = ErrorKind::invalid_input;
  } rows[] = {
      {"no colon", "A: b\nC\n", "line 2: neither a field"},
      {"a continuation first", "\n b\n", "line 2: a line that begins with a blank"},
      {"a field twice, in other letters", "A: b\nC: d\na: e\n", "line 3: the field a is there twice"},
      {"a NUL", std::string("A: b\nC: \0d\n", 11), "line 2: a NUL"},
      {"a NUL in a name", std::string("A\0: b\n", 6), "line 1: a field name"},
      {"an empty name", ": b\n", "line 1: a field name"},
      {"a comment", "#A: b\n", "line 1: a field name"},
      {"a name with a blank", "A b: c\n", "line 1: a field name"},
      {"a name beyond ASCII", "\xc3\x84: c\n", "line 1: a field name"},
      {"a line of blanks", "A: b\n c\n \t\nD: e\n", "line 3: a line of nothing but blanks"},
      {"a carriage return alone", "A: b\n\r\n", "line 2: neither a field"},
      {"too many fields", many, "more than 1000 fields", ErrorKind::limit_exceeded},
      {"none", "\n", "there is no field"},
      {"two stanzas", "A: b\n\nC: d\n", "more than one stanza"},
      {"colon only in a continuation", "A\n b: c\n", "line 1: neither a field"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto stanza = parse_stanza(row.text);
    ASSERT_FALSE(stanza);
    EXPECT_EQ(stanza.error().kind, row.kind);
    EXPECT_THAT(stanza.error().message, HasSubstr(row.why));
  }
}

TEST(StanzaReader, GoesThroughATextAndCountsLines) {
  StanzaReader reader("A: 1\nB: 2\n\n\nA: 3\n c\n\nA: 4\nbad\n");
  const auto first = reader.next();
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((**first)["A"], "1");
  EXPECT_EQ((*first)->text(), "A: 1\nB: 2\n");
  const auto second = reader.next();
  ASSERT_TRUE(second && *second);
  EXPECT_EQ((**second)["A"], "3\n c");
  for (int i = 0; i < 2; ++i) {  // an error stays
    const auto third = reader.next();
    ASSERT_FALSE(third);
    EXPECT_THAT(third.error().message, HasSubstr("line 9:"));
  }
}

TEST(StanzaReader, EndsAndStaysAtTheEnd) {
  StanzaReader reader("A: 1\n\n\n");
  ASSERT_TRUE(reader.next()->has_value());
  EXPECT_FALSE(reader.next()->has_value());
  EXPECT_FALSE(reader.next()->has_value());
}

}  // namespace
}  // namespace hauberk
