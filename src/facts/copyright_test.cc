// SPDX-License-Identifier: Apache-2.0
#include "facts/copyright.h"

#include <gmock/gmock.h>

namespace hauberk {
namespace {

constexpr std::string_view format =
    "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
    "Upstream-Name: example\n\n";

std::vector<std::string> expressions(std::string_view text) {
  std::vector<std::string> found;
  const auto licences = read_copyright("usr/share/doc/example/copyright", text);
  if (!licences) ADD_FAILURE() << licences.error().message;
  for (const Licence& licence : licences.value_or(std::vector<Licence>{})) {
    EXPECT_EQ(licence.file, "usr/share/doc/example/copyright");
    found.push_back(licence.expression);
  }
  return found;
}

TEST(Copyright, Texts) {
  struct Row {
    const char* summary;
    std::string text;
    std::vector<std::string> expected;
  };
  const std::string start(format);
  const Row rows[] = {
      {"one paragraph",
       start + "Files: *\nCopyright: 2026 Example\nLicense: GPL-2+\n The text.\n",
       {"GPL-2.0-or-later"}},
      {"sorted, each once",
       start + "Files: *\nLicense: ISC\n\nFiles: a\nLicense: Expat\n\nFiles: b\nLicense: ISC\n",
       {"ISC", "MIT"}},
      {"packaging does not count",
       start + "Files: *\nLicense: ISC\n\nFiles: debian/*\nLicense: GPL-3+\n",
       {"ISC"}},
      {"packaging and more does",
       start + "Files: debian/* src/*\nLicense: GPL-3+\n\nFiles:\n debian/a\n b\nLicense: ISC\n",
       {"GPL-3.0-or-later", "ISC"}},
      {"packaging on a line of its own does not",
       start + "Files:\n debian/a\n debian/b\nLicense: GPL-3+\n\nFiles: *\nLicense: ISC\n",
       {"ISC"}},
      {"nothing but packaging", start + "Files: debian/*\nLicense: GPL-3+\n", {"GPL-3.0-or-later"}},
      {"licence of the whole",
       "Format: copyright-format/1.0\nLicense: Zlib\n\nLicense: Zlib\n text\n",
       {"Zlib"}},
      {"texts of licences are no statements",
       start + "Files: *\nLicense: ISC\n\nLicense: GPL-3+\n text\n",
       {"ISC"}},
      {"carriage returns", "Format: copyright-format/1.0\r\n\r\nFiles: *\r\nLicense: ISC\r\n", {"ISC"}},
      {"fields of any case", "FORMAT: copyright-format/1.0\n\nfiles: *\nlicense: ISC\n", {"ISC"}},
      {"prose", "This package was debianized by Example.\n\nLicense: MIT\n", {"NOASSERTION"}},
      {"another format", "Format: https://example.org/\n\nFiles: *\nLicense: ISC\n", {"NOASSERTION"}},
      {"no licence", start + "Files: *\nCopyright: 2026\n", {"NOASSERTION"}},
      {"empty", "", {"NOASSERTION"}},
  };
  for (const Row& row : rows) EXPECT_EQ(expressions(row.text), row.expected) << row.summary;
}

TEST(Copyright, OfAHundredMegabytesIsRefused) {
  std::string text(format);
  text.append(100 << 20, 'x');
  const auto licences = read_copyright("usr/share/doc/example/copyright", text);
  ASSERT_FALSE(licences);
  EXPECT_EQ(licences.error().kind, ErrorKind::limit_exceeded);
  EXPECT_THAT(licences.error().message, testing::HasSubstr("more than the 8388608"));
}

TEST(Copyright, OfTooManyParagraphsIsRefused) {
  std::string text(format);
  for (int i = 0; i < 10'001; ++i) text += "Files: a\nLicense: ISC\n\n";
  const auto licences = read_copyright("usr/share/doc/example/copyright", text);
  ASSERT_FALSE(licences);
  EXPECT_EQ(licences.error().kind, ErrorKind::limit_exceeded);
}

TEST(Copyright, Paths) {
  EXPECT_TRUE(is_copyright_path("usr/share/doc/libc6/copyright"));
  for (const char* path :
       {"usr/share/doc/copyright", "usr/share/doc//copyright", "usr/share/doc/a/b/copyright",
        "opt/usr/share/doc/a/copyright", "usr/share/doc/a/copyright.gz", "usr/share/doc/a/changelog"}) {
    EXPECT_FALSE(is_copyright_path(path)) << path;
  }
}

}  // namespace
}  // namespace hauberk
