// SPDX-License-Identifier: Apache-2.0
#include "io/dir.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "io/test_folder.h"

namespace hauberk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DirTest : public ::testing::Test {
 protected:
  TestFolder folder_;
  Dir dir_ = *Dir::open(folder_.path());
};

TEST_F(DirTest, WritesAndReads) {
  ASSERT_TRUE(dir_.write_file("a/b/c.json", "one"));
  EXPECT_EQ(dir_.read_file("a/b/c.json", 100), "one");
  ASSERT_TRUE(dir_.write_file("a/b/c.json", "two, longer"));
  EXPECT_EQ(dir_.read_file("a/b/c.json", 100), "two, longer");
  EXPECT_EQ(dir_.file_size("a/b/c.json"), 11u);
  EXPECT_EQ(dir_.map_file("a/b/c.json")->text(), "two, longer");
  EXPECT_THAT(*dir_.list("a/b"), ElementsAre("c.json"));
  EXPECT_THAT(*dir_.list("tmp"), IsEmpty());
}

TEST_F(DirTest, FilesAndFoldersAreForTheirOwnerOnly) {
  const mode_t before = ::umask(0);
  ASSERT_TRUE(dir_.write_file("a/file", "x"));
  ASSERT_TRUE(Dir::open(folder_.path() + "/new/deep", true));
  ::umask(before);
  namespace fs = std::filesystem;
  for (const char* name : {"a", "tmp", "new", "new/deep"}) {
    EXPECT_EQ(fs::status(folder_.path() + "/" + name).permissions(), fs::perms::owner_all) << name;
  }
  const auto mode = fs::status(folder_.path() + "/a/file").permissions();
  EXPECT_EQ(mode, fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(DirTest, AnEmptyFileIsAFile) {
  ASSERT_TRUE(dir_.write_file("empty", ""));
  EXPECT_EQ(dir_.read_file("empty", 0), "");
  EXPECT_EQ(dir_.map_file("empty")->text(), "");
  EXPECT_EQ(dir_.exists("empty"), true);
}

TEST_F(DirTest, PathsThatLeadOut) {
  const TestFolder outside;
  std::ofstream(outside.path() + "/secret") << "secret";
  namespace fs = std::filesystem;
  fs::create_symlink(outside.path(), folder_.path() + "/folder-link");
  fs::create_symlink(outside.path() + "/secret", folder_.path() + "/file-link");
  fs::create_symlink("tmp", folder_.path() + "/inner-link");
  ASSERT_TRUE(dir_.make_dirs("sub"));
  struct Row {
    const char* summary;
    std::string path;
  };
  const Row rows[] = {
      {"parent", "../secret"},
      {"parent after a name", "sub/../../secret"},
      {"parent that stays inside", "sub/../x"},
      {"absolute", outside.path() + "/secret"},
      {"a link to a folder outside", "folder-link/secret"},
      {"a link to a file outside", "file-link"},
      {"a link inside", "inner-link/x"},
      {"empty", ""},
      {"zero byte", std::string("a\0b", 3)},
      {"the folder itself", "."},
      {"ends with a slash", "sub/"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto read = dir_.read_file(row.path, 100);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::invalid_input) << read.error().message;
    if (row.path == "file-link") continue;  // written or removed, the link itself is meant: see below
    EXPECT_EQ(dir_.write_file(row.path, "changed").error().kind, ErrorKind::invalid_input);
    EXPECT_EQ(dir_.remove(row.path).error().kind, ErrorKind::invalid_input);
    EXPECT_EQ(dir_.remove_all(row.path).error().kind, ErrorKind::invalid_input);
  }
  std::string secret;
  std::ifstream(outside.path() + "/secret") >> secret;
  EXPECT_EQ(secret, "secret");
}

TEST_F(DirTest, ALinkIsReplacedNotFollowed) {
  const TestFolder outside;
  std::ofstream(outside.path() + "/secret") << "secret";
  std::filesystem::create_symlink(outside.path() + "/secret", folder_.path() + "/link");
  EXPECT_EQ(dir_.read_file("link", 100).error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(dir_.exists("link").error().kind, ErrorKind::invalid_input);
  ASSERT_TRUE(dir_.write_file("link", "ours"));
  EXPECT_EQ(dir_.read_file("link", 100), "ours");
  EXPECT_EQ(std::filesystem::file_size(outside.path() + "/secret"), 6u);
}

TEST_F(DirTest, WhatIsNotThere) {
  EXPECT_EQ(dir_.open_file("none").error().kind, ErrorKind::not_found);
  EXPECT_EQ(dir_.open_file("none/below").error().kind, ErrorKind::not_found);
  EXPECT_EQ(dir_.subdir("none").error().kind, ErrorKind::not_found);
  EXPECT_EQ(dir_.exists("none"), false);
  EXPECT_THAT(*dir_.list("none"), IsEmpty());
  EXPECT_TRUE(dir_.remove("none"));
  EXPECT_TRUE(dir_.remove("none/below"));
  EXPECT_TRUE(dir_.remove_all("none"));
  EXPECT_EQ(Dir::open(folder_.path() + "/none").error().kind, ErrorKind::not_found);
}

TEST_F(DirTest, OnlyRegularFilesAreOpened) {
  ASSERT_EQ(::mkfifo((folder_.path() + "/pipe").c_str(), 0600), 0);
  ASSERT_TRUE(dir_.make_dirs("folder"));
  EXPECT_EQ(dir_.read_file("pipe", 10).error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(dir_.read_file("folder", 10).error().kind, ErrorKind::invalid_input);
}

TEST_F(DirTest, ALimitIsALimit) {
  ASSERT_TRUE(dir_.write_file("ten", "0123456789"));
  EXPECT_EQ(dir_.read_file("ten", 10), "0123456789");
  const auto read = dir_.read_file("ten", 9);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::limit_exceeded);
  EXPECT_THAT(read.error().message, HasSubstr("ten: 10 bytes, at most 9"));
}

TEST_F(DirTest, AnUncommittedFileLeavesNothing) {
  {
    auto file = dir_.create_file();
    ASSERT_TRUE(file);
    ASSERT_TRUE(write_text(*file, std::string(1 << 20, 'x')));
    EXPECT_THAT(*dir_.list("tmp"), SizeIs(1));
  }
  EXPECT_THAT(*dir_.list("tmp"), IsEmpty());
}

TEST_F(DirTest, ANewFileMayMoveAndOutliveItsDir) {
  auto file = [&] { return std::move(*dir_.subdir("below", true)->create_file()); }();
  ASSERT_TRUE(write_text(file, "small, "));
  NewFile moved = std::move(file);
  ASSERT_TRUE(write_text(moved, std::string(300'000, 'x')));
  ASSERT_TRUE(write_text(moved, "end"));
  EXPECT_EQ(moved.size_bytes(), 300'010u);
  ASSERT_TRUE(moved.commit("x/y"));
  EXPECT_EQ(dir_.read_file("below/x/y", 1 << 20), "small, " + std::string(300'000, 'x') + "end");
}

TEST_F(DirTest, AbandonedFilesGoAndThoseInUseStay) {
  auto in_use = dir_.create_file();
  ASSERT_TRUE(in_use);
  std::ofstream(folder_.path() + "/tmp/abandoned") << "half";
  EXPECT_THAT(*dir_.list("tmp"), SizeIs(2));
  ASSERT_TRUE(dir_.remove_abandoned());
  EXPECT_THAT(*dir_.list("tmp"), SizeIs(1));
  ASSERT_TRUE(in_use->commit("kept"));
  EXPECT_EQ(dir_.exists("kept"), true);
}

TEST_F(DirTest, RemoveAllFollowsNoLink) {
  const TestFolder outside;
  std::ofstream(outside.path() + "/precious") << "x";
  ASSERT_TRUE(dir_.write_file("tree/a/b/file", "x"));
  std::filesystem::create_symlink(outside.path(), folder_.path() + "/tree/a/link");
  ASSERT_TRUE(dir_.remove_all("tree"));
  EXPECT_EQ(dir_.exists("tree"), false);
  EXPECT_TRUE(std::filesystem::exists(outside.path() + "/precious"));
}

TEST_F(DirTest, ALockExcludes) {
  auto held = FileLock::acquire(dir_, "lock", true, 0);
  ASSERT_TRUE(held);
  for (const bool exclusive : {true, false}) {
    const auto second = FileLock::acquire(dir_, "lock", exclusive, 20);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::conflict);
  }
  held = FileLock::acquire(dir_, "other", true, 0);  // lets go of the first
  EXPECT_TRUE(FileLock::acquire(dir_, "lock", true, 0));
}

TEST_F(DirTest, SharedLocksGoTogether) {
  const auto first = FileLock::acquire(dir_, "lock", false, 0);
  EXPECT_TRUE(first);
  EXPECT_TRUE(FileLock::acquire(dir_, "lock", false, 0));
  EXPECT_FALSE(FileLock::acquire(dir_, "lock", true, 0));
}

}  // namespace
}  // namespace hauberk
