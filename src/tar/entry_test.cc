// SPDX-License-Identifier: Apache-2.0
#include "tar/entry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hauberk {
namespace {

TEST(NormalPath, Accepted) {
  const struct {
    const char* summary;
    std::string path;
    std::string expected;
    bool allow_absolute = false;
  } rows[] = {
      {"plain", "usr/bin", "usr/bin"},
      {"as dpkg writes it", "./usr/bin/", "usr/bin"},
      {"the root", "./", ""},
      {"the root without a slash", ".", ""},
      {"nothing", "", ""},
      {"doubled slashes and dots", "usr//./bin//", "usr/bin"},
      {"dots in a name", "...", "..."},
      {"two dots within a name", "a..b/..c", "a..b/..c"},
      {"blanks, newlines, bytes beyond ASCII", " a\n/\xff", " a\n/\xff"},
      {"absolute, where allowed", "/usr/bin", "usr/bin", true},
      {"the root, absolute", "/", "", true},
      {"a part of 255 bytes", std::string(255, 'a'), std::string(255, 'a')},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto path = normal_path(row.path, row.allow_absolute);
    ASSERT_TRUE(path) << path.error().message;
    EXPECT_EQ(*path, row.expected);
    EXPECT_EQ(normal_path(*path), *path) << "a normal path is its own normal form";
  }
}

TEST(NormalPath, Refused) {
  std::string deep;
  for (int i = 0; i < 2049; ++i) deep += "a/";
  const struct {
    const char* summary;
    std::string path;
    const char* why;
    bool allow_absolute = false;
  } rows[] = {
      {"absolute", "/usr", "is absolute"},
      {"out of the root", "../etc", "\"..\" part"},
      {"out and back in", "usr/../etc", "\"..\" part"},
      {"at the end", "usr/..", "\"..\" part"},
      {"absolute and out", "/..", "\"..\" part", true},
      {"a NUL", std::string("a\0b", 3), "contains a NUL"},
      {"a part of 256 bytes", std::string(256, 'a'), "a part of 256 bytes"},
      {"4098 bytes", deep, "has 4098 bytes"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto path = normal_path(row.path, row.allow_absolute);
    ASSERT_FALSE(path);
    EXPECT_EQ(path.error().kind, ErrorKind::invalid_input);
    EXPECT_THAT(path.error().message, testing::HasSubstr(row.why));
    EXPECT_LT(path.error().message.size(), 300U);
  }
}

TEST(TarEntry, TypeNames) {
  EXPECT_EQ(name_of(TarEntry::Type::file), "file");
  EXPECT_EQ(name_of(TarEntry::Type::hard_link), "hard link");
  EXPECT_EQ(name_of(TarEntry::Type::symlink), "symlink");
  EXPECT_EQ(name_of(TarEntry::Type::character_device), "character device");
  EXPECT_EQ(name_of(TarEntry::Type::block_device), "block device");
  EXPECT_EQ(name_of(TarEntry::Type::directory), "directory");
  EXPECT_EQ(name_of(TarEntry::Type::fifo), "fifo");
}

}  // namespace
}  // namespace hauberk
