// The packages' files as one tree: who owns a path, and whose word counts for folders.
//
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "assemble/tree_maker.h"
#include "deb/test_package.h"
#include "io/test_folder.h"

namespace hauberk {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class TreeTest : public testing::Test {
 protected:
  void add(const std::string& name, std::size_t layer, const std::vector<TestEntry>& entries,
           const std::string& replaces = "") {
    packages.push_back({.name = name,
                        .version = "1",
                        .architecture = "amd64",
                        .source = name,
                        .source_version = "1",
                        .digest = Digest::of(name),
                        .size_bytes = 1,
                        .url = "",
                        .platforms = {},
                        .index = 0,
                        .reason = "",
                        .replaces = replaces});
    placed.push_back({&packages.back(), layer, entries});
  }
  Result<Tree> make_tree() const {
    TreeMaker maker(dir);
    for (const Placed& one : placed) {
      maker.begin(*one.package, one.layer);
      for (const TestEntry& entry : one.entries) TRY_STATUS(maker.add(entry.entry));
    }
    return maker.finish();
  }
  // "folder mode" for each correction, or the error.
  std::string corrections() {
    const auto tree = make_tree();
    if (!tree) return fmt::format("{}: {}", name_of(tree.error().kind), tree.error().message);
    std::string text;
    for (const TarEntry& one : tree->corrections) text += fmt::format("{} {:o};", one.path, one.mode);
    return text;
  }

  struct Placed {
    const LockedPackage* package;
    std::size_t layer;
    std::vector<TestEntry> entries;
  };
  TestFolder folder;
  Dir dir = Dir::open(folder.path()).value();
  std::deque<LockedPackage> packages;
  std::vector<Placed> placed;
};

TEST_F(TreeTest, FilesKnowTheirLayer) {
  add("a", 0, {test_directory("d"), test_file("d/a", "")});
  add("b", 1, {test_directory("d"), test_file("d/b", "")});
  const auto tree = make_tree();
  ASSERT_TRUE(tree) << tree.error().message;
  EXPECT_EQ(tree->find("d/a")->layer, 0U);
  EXPECT_EQ(tree->find("d/b")->layer, 1U);
  EXPECT_EQ(tree->find("d")->entry.type, TarEntry::Type::directory);
  EXPECT_THAT(tree->corrections, IsEmpty());
}

TEST_F(TreeTest, FirstPackageByNameDecidesAFolder) {
  add("z", 0, {test_directory("d", 0700)});
  add("a", 1, {test_directory("d", 0750)});
  add("b", 2, {test_directory("d")});
  EXPECT_EQ(corrections(), "d 750;");
}

TEST_F(TreeTest, NoCorrectionWhereTheLastLayerSaysIt) {
  add("b", 0, {test_directory("d")});
  add("a", 1, {test_directory("d", 0750)});
  EXPECT_EQ(corrections(), "");
}

TEST_F(TreeTest, BaseFilesDecidesAlsoFor0755) {
  add("base-files", 0, {test_directory("d")});
  add("a", 1, {test_directory("d", 0700)});
  EXPECT_EQ(corrections(), "d 755;");
}

TEST_F(TreeTest, TheFirstEntryOfALayerIsWhatIsExtracted) {
  add("a", 0, {test_directory("d")});
  add("b", 0, {test_directory("d", 0700)});
  EXPECT_EQ(corrections(), "d 700;");
}

TEST_F(TreeTest, Conflicts) {
  struct Row {
    std::string summary;
    std::vector<TestEntry> first, second;
    std::string replaces, expected;
  };
  const std::vector<Row> rows = {
      {"one path",
       {test_file("d/a", "")},
       {test_file("d/a", "")},
       "",
       "conflict: cannot put a and b into one image: both have \"d/a\""},
      {"one path, replaced", {test_file("d/a", "")}, {test_file("d/a", "")}, "a", ""},
      {"folder and file", {test_directory("d")}, {test_file("d", "")}, "", "conflict: "},
      {"file and folder", {test_file("d", "")}, {test_directory("d")}, "", "conflict: "},
      {"a link and what is below it",
       {test_symlink("d", "etc")},
       {test_file("d/passwd", "")},
       "",
       "invalid_input: cannot put b into the image: its \"d/passwd\" lies behind the symlink \"d\" of a"},
      {"far below a link", {test_symlink("d", "etc")}, {test_file("d/e/f/g", "")}, "", "invalid_input: "},
      {"a folder below a link",
       {test_symlink("d", "etc")},
       {test_directory("d/e"), test_file("d/e/f", "")},
       "",
       "invalid_input: cannot put b into the image: its \"d/e\" lies behind the symlink \"d\" of a"},
      {"below a file, with names between",
       {test_file("d", ""), test_file("d-", ""), test_directory("d-/e")},
       {test_file("d/x", "")},
       "",
       "invalid_input: "},
      {"below a file", {test_file("d", "")}, {test_file("d/x", "")}, "", "invalid_input: "},
      {"below a hard link",
       {test_file("e", ""), test_hard_link("d", "e")},
       {test_file("d/x", "")},
       "",
       "invalid_input: "},
      {"names alike", {test_symlink("d", "etc")}, {test_file("dd/x", "")}, "", ""},
  };
  for (const Row& row : rows) {
    placed.clear();
    add("a", 0, row.first);
    add("b", 1, row.second, row.replaces);
    EXPECT_THAT(corrections(), testing::StartsWith(row.expected)) << row.summary;
    if (row.expected.empty()) {
      EXPECT_EQ(corrections(), "") << row.summary;
    }
  }
}

// Far more than one block, one run, or what stays in memory.
TEST_F(TreeTest, ManyFilesLieOnDiskAndAreAllFound) {
  constexpr std::size_t count = 60'000;
  const std::string part(100, 'p');
  const auto path = [&](std::size_t i) { return fmt::format("{:06}/{}", i * 7919 % count, part); };
  add("a", 5, {});
  TreeMaker maker(dir);
  maker.begin(packages.back(), 5);
  for (std::size_t i = 0; i < count; ++i) {
    TestEntry file = test_file(path(i), "");
    file.entry.size_bytes = i;
    ASSERT_TRUE(maker.add(file.entry));
  }
  const auto tree = maker.finish();
  ASSERT_TRUE(tree) << tree.error().message;
  auto cursor = tree->from("");
  for (std::size_t i = 0; i < count; ++i) {
    const auto next = cursor.next();
    ASSERT_TRUE(next) << i;
    ASSERT_EQ(next->entry.path, fmt::format("{:06}/{}", i, part));
    ASSERT_EQ(path(next->entry.size_bytes), next->entry.path);
  }
  EXPECT_FALSE(cursor.next());
  for (std::size_t i = 0; i < count; i += 997) {
    const auto found = tree->find(path(i));
    ASSERT_TRUE(found) << i;
    EXPECT_EQ(found->entry.size_bytes, i);
    EXPECT_EQ(found->layer, 5U);
    EXPECT_EQ(tree->from(path(i)).next()->entry, found->entry);
    EXPECT_FALSE(tree->contains(path(i) + "x"));
  }
  EXPECT_FALSE(tree->from("1").next()) << "behind the last";
  EXPECT_TRUE(tree->status());
}

}  // namespace
}  // namespace hauberk
