// SPDX-License-Identifier: Apache-2.0
#include "facts/extract.h"

#include <gmock/gmock.h>

#include "facts/test_elf.h"
#include "facts/test_zip.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

bool wants(std::string_view path, std::string_view content) {
  return wants_content(path, content.size(), bytes_of(content.substr(0, 64)));
}

TEST(Extract, EachKindGoesToItsReader) {
  struct Row {
    const char* path;
    std::string content;
    Package::Kind kind;
  };
  TestElf go;
  go.add_section(".go.buildinfo",
                 "\xff Go buildinf:\x08\x02" + std::string(16, '\0') + "\x06go1.22" + std::string(1, '\0'));
  const Row rows[] = {
      {"a.dist-info/METADATA", "Name: a\nVersion: 1\n", Package::Kind::python},
      {"node_modules/a/package.json", R"({"name":"a","version":"1"})", Package::Kind::npm},
      {"specifications/a-1.gemspec", "s.name = 'a'\n", Package::Kind::gem},
      {"lib/a-1.jar", TestZip::of({{"a", ""}}), Package::Kind::java},
      {"usr/bin/a", go.file(), Package::Kind::golang},
  };
  for (const Row& row : rows) {
    EXPECT_TRUE(wants(row.path, row.content)) << row.path;
    const Extracted extracted = extract(row.path, bytes_of(row.content));
    ASSERT_THAT(extracted.packages, SizeIs(1)) << row.path;
    EXPECT_EQ(extracted.packages[0].kind, row.kind);
    EXPECT_EQ(extracted.packages[0].record, row.path);
    EXPECT_THAT(extracted.problems, IsEmpty());
  }
}

TEST(Extract, ElfAndLicences) {
  EXPECT_EQ(extract("any/name", bytes_of(hardened_elf().file())).elf->interpreter, "/lib/ld.so");
  constexpr std::string_view text = "Format: copyright-format/1.0\n\nFiles: *\nLicense: Expat\n";
  EXPECT_TRUE(wants("usr/share/doc/a/copyright", text));
  EXPECT_THAT(extract("usr/share/doc/a/copyright", bytes_of(text)).licences,
              ElementsAre(Licence{"MIT", "usr/share/doc/a/copyright"}));
}

TEST(Extract, ProblemsNameTheFile) {
  const std::pair<const char*, std::string> rows[] = {
      {"usr/bin/a",
       "\x7f"
       "ELF"},
      {"a.jar", "no zip"},
      {"node_modules/a/package.json", "{"},
      {"a.egg-info", "Version: 1\n"},
      {"etc/ssl/cert.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"},
      {"usr/share/doc/a/copyright", std::string(9 << 20, 'x')},
  };
  for (const auto& [path, content] : rows) {
    EXPECT_TRUE(wants(path, content)) << path;
    const Extracted extracted = extract(path, bytes_of(content));
    EXPECT_THAT(extracted.problems, ElementsAre(testing::StartsWith(std::string(path) + ": "))) << path;
    EXPECT_THAT(extracted.packages, IsEmpty());
  }
}

TEST(Extract, OtherFilesAreNotWanted) {
  EXPECT_FALSE(wants("etc/passwd", "root:x:0:0::/:/bin/sh\n"));
  EXPECT_FALSE(wants("a.jar", ""));
  EXPECT_FALSE(wants("app/package-lock.json", "{}"));
  EXPECT_EQ(extract("etc/passwd", bytes_of("x")), Extracted{});
  EXPECT_EQ(extract("a.jar", {}), Extracted{});
}

}  // namespace
}  // namespace hauberk
