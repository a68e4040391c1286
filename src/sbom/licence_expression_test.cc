// SPDX-License-Identifier: Apache-2.0
#include "sbom/licence_expression.h"

#include <gtest/gtest.h>

namespace hauberk {
namespace {

TEST(LicenceExpression, IsWrittenInTheListsSpelling) {
  struct Row {
    const char* summary;
    const char* text;
    const char* expected;
  };
  const Row rows[] = {
      {"one identifier in another case", "apache-2.0", "Apache-2.0"},
      {"small operators", "MIT or (zlib and isc)", "MIT OR (Zlib AND ISC)"},
      {"an exception", "GPL-3.0-or-later with gcc-exception-3.1", "GPL-3.0-or-later WITH GCC-exception-3.1"},
      {"or later", "MPL-1.1+", "MPL-1.1+"},
      {"a name that the list lacks", "Foo_1 AND MIT", "LicenseRef-Foo-1 AND MIT"},
      {"an exception that the list lacks", "MIT WITH luck", "LicenseRef-MIT-WITH-luck"},
      {"a reference", "LicenseRef-UCAR", "LicenseRef-UCAR"},
  };
  for (const Row& row : rows) {
    const auto parsed = parse_licence_expression(row.text);
    ASSERT_TRUE(parsed) << row.summary << ": " << parsed.error().message;
    EXPECT_EQ(parsed->text, row.expected) << row.summary;
    const auto again = parse_licence_expression(parsed->text);
    ASSERT_TRUE(again) << row.summary;
    EXPECT_EQ(again->text, parsed->text) << row.summary;
  }
}

TEST(LicenceExpression, RefusesWhatIsNone) {
  for (const char* text : {"", "  ", "MIT AND", "AND MIT", "(MIT", "MIT)", "MIT ISC", "()", "MIT WITH",
                           "NOASSERTION", "MIT AND NOASSERTION", "BSD license, modified", "MIT WITH (ISC)"}) {
    EXPECT_FALSE(parse_licence_expression(text)) << text;
  }
  const auto deep = parse_licence_expression(std::string(40, '(') + "MIT" + std::string(40, ')'));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().kind, ErrorKind::limit_exceeded);
  EXPECT_EQ(parse_licence_expression(std::string(10'000, 'x')).error().kind, ErrorKind::limit_exceeded);
}

TEST(LicenceExpression, SeveralHoldAtOnce) {
  const auto declared = declared_licence({{"MIT OR ISC", "a"}, {"Zlib", "b"}, {"Zlib", "a"}});
  EXPECT_EQ(declared.expression, "(MIT OR ISC) AND Zlib");
  EXPECT_EQ(declared.files, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(declared.comment, "");
}

TEST(LicenceExpression, WhatSaysNothingNamesItsFile) {
  const auto unsaid = declared_licence({{"NOASSERTION", "usr/share/doc/x/copyright"}});
  EXPECT_EQ(unsaid.expression, "NOASSERTION");
  EXPECT_NE(unsaid.comment.find("usr/share/doc/x/copyright"), std::string::npos);
  const auto half = declared_licence({{"MIT", "a"}, {"see the file", "b"}});
  EXPECT_EQ(half.expression, "NOASSERTION");
  EXPECT_NE(half.comment.find("b says \"see the file\""), std::string::npos);
  EXPECT_NE(half.comment.find("MIT"), std::string::npos);
  EXPECT_EQ(declared_licence({}), DeclaredLicence{});
}

}  // namespace
}  // namespace hauberk
