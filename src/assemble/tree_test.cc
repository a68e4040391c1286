// The packages' files as one tree: who owns a path, and whose word counts for folders.
//
// SPDX-License-Identifier: Apache-2.0
#include "assemble/tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "deb/test_package.h"

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
    facts.emplace_back();
    for (const TestEntry& one : entries) facts.back().files.push_back({one.entry, std::nullopt});
    placed.push_back({&packages.back(), &facts.back(), layer});
  }
  Result<Tree> make_tree() const {
    TreeMaker maker;
    for (const PlacedPackage& one : placed) TRY_STATUS(maker.add(one));
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

  std::deque<LockedPackage> packages;
  std::deque<PackageFacts> facts;
  std::vector<PlacedPackage> placed;
};

TEST_F(TreeTest, FilesKnowTheirLayer) {
  add("a", 0, {test_directory("d"), test_file("d/a", "")});
  add("b", 1, {test_directory("d"), test_file("d/b", "")});
  const auto tree = make_tree();
  ASSERT_TRUE(tree) << tree.error().message;
  EXPECT_EQ(tree->layers.at("d/a"), 0U);
  EXPECT_EQ(tree->layers.at("d/b"), 1U);
  EXPECT_FALSE(tree->layers.contains("d"));
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

}  // namespace
}  // namespace hauberk
