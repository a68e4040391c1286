// The top layer's content over the tree of the packages: what is replaced, removed and changed.
//
// SPDX-License-Identifier: Apache-2.0
#include "assemble/overlay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "assemble/glob.h"
#include "assemble/paths.h"
#include "assemble/test_tree.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Type = TarEntry::Type;

Tree tree_of_types(const std::map<std::string, Type>& types, std::map<std::string, TarEntry> entries = {}) {
  for (const auto& [path, type] : types) {
    TarEntry entry;
    entry.path = path;
    entry.type = type;
    entry.mode = type == Type::directory ? 0755 : 0644;
    entry.size_bytes = type == Type::file ? 5 : 0;
    if (type == Type::symlink) entry.link_target = "x";
    entries[path] = entry;
  }
  return tree_of(entries);
}

class OverlayTest : public testing::Test {
 protected:
  const std::map<std::string, Type> types = {
      {"a", Type::directory}, {"a/b", Type::directory}, {"a/b/c", Type::file}, {"a/d", Type::file},
      {"e", Type::file},      {"l", Type::symlink},     {"i/j/k", Type::file}};
  const Tree tree = tree_of_types(types);
  Overlay overlay{tree, 100};
};

TEST_F(OverlayTest, FilesReplaceAndParentsAreMade) {
  ASSERT_TRUE(overlay.add_text("a/d", {1, 2, 0600}, "new"));
  ASSERT_TRUE(overlay.add_text("x/y/z", {0, 0, 0644}, "z"));
  EXPECT_EQ(overlay.find("a/d")->uid, 1U);
  EXPECT_EQ(overlay.find("a/d")->mtime_seconds, 100);
  EXPECT_EQ(overlay.find("x/y")->mode, 0755U);
  EXPECT_EQ(overlay.find("nothing"), std::nullopt);
  EXPECT_THAT(overlay.removed(), IsEmpty());
  EXPECT_THAT(overlay.below("x"), ElementsAre("x/y", "x/y/z"));
}

TEST_F(OverlayTest, NothingGoesThroughLinksOrFiles) {
  for (const std::string path : {"l/x", "e/x", "e/x/y"}) {
    const auto added = overlay.add_text(path, {}, "");
    ASSERT_FALSE(added) << path;
    EXPECT_EQ(added.error().kind, ErrorKind::invalid_input) << path;
  }
  ASSERT_TRUE(overlay.add_symlink("a/b", "../e"));
  EXPECT_FALSE(overlay.add_text("a/b/c", {}, ""));
  EXPECT_THAT(overlay.add_text(".wh.a", {}, "").error().message, HasSubstr(".wh."));
  EXPECT_FALSE(overlay.add_folder("a/.wh..wh..opq", {}));
}

TEST_F(OverlayTest, RemovedFoldersAreOneWhiteout) {
  overlay.remove("a/b/c");
  overlay.remove("a");
  overlay.remove("nothing");
  EXPECT_EQ(overlay.find("a/d"), std::nullopt);
  EXPECT_THAT(overlay.removed(), ElementsAre("a"));
  EXPECT_THAT(overlay.below("a"), IsEmpty());
}

TEST_F(OverlayTest, AFolderWithoutAnEntryIsRemovedToo) {
  overlay.remove("i");
  EXPECT_EQ(overlay.find("i/j/k"), std::nullopt);
  EXPECT_THAT(overlay.removed(), ElementsAre("i"));
}

TEST_F(OverlayTest, WhatIsAddedAgainIsNotWhitedOut) {
  overlay.remove("e");
  ASSERT_TRUE(overlay.add_text("e", {}, "again"));
  EXPECT_THAT(overlay.removed(), IsEmpty());
}

TEST_F(OverlayTest, ANewFolderOverARemovedOneIsEmpty) {
  overlay.remove("a");
  ASSERT_TRUE(overlay.add_folder("a", {0, 0, 0700}));
  EXPECT_THAT(overlay.removed(), ElementsAre("a/b", "a/d"));
  ASSERT_TRUE(overlay.add_folder("a/b", {0, 0, 0700}));
  EXPECT_EQ(overlay.find("a/b/c"), std::nullopt);
  EXPECT_THAT(overlay.removed(), ElementsAre("a/b/c", "a/d"));
  ASSERT_TRUE(overlay.add_text("a/b/c", {}, "again"));
  EXPECT_THAT(overlay.removed(), ElementsAre("a/d"));
  EXPECT_THAT(overlay.below("a"), ElementsAre("a/b", "a/b/c"));
}

TEST_F(OverlayTest, AFileOverAFolderHidesIt) {
  ASSERT_TRUE(overlay.add_text("a/b/new", {}, "1"));
  ASSERT_TRUE(overlay.add_text("a/b", {}, "file"));
  EXPECT_EQ(overlay.find("a/b/c"), std::nullopt);
  EXPECT_EQ(overlay.find("a/b/new"), std::nullopt);
  EXPECT_THAT(overlay.removed(), IsEmpty());
  ASSERT_TRUE(overlay.add_folder("a/b", {0, 0, 0755}));
  EXPECT_THAT(overlay.removed(), ElementsAre("a/b/c"));
}

TEST_F(OverlayTest, ChangesKeepTheBytes) {
  overlay.change("a/d", 7, std::nullopt, 0600);
  overlay.change("a/b", 7, 8, 0700);
  overlay.change("l", 7, std::nullopt, 0600);
  overlay.change("e", 0, 0, 0644);
  overlay.change("nothing", 7, 7, 0600);
  ASSERT_EQ(overlay.additions().size(), 3U);
  const auto& file = overlay.additions().at("a/d");
  EXPECT_EQ(file.entry.mode, 0600U);
  EXPECT_EQ(std::get<LayerFile>(file.content).path, "a/d");
  EXPECT_EQ(std::get<LayerFile>(file.content).layer, 3U);
  EXPECT_EQ(overlay.additions().at("a/b").entry.gid, 8U);
  EXPECT_EQ(overlay.additions().at("l").entry.type, Type::symlink);
  EXPECT_NE(overlay.additions().at("l").entry.mode, 0600U) << "links have no mode of their own";
}

TEST_F(OverlayTest, AChangedHardLinkIsAFileOfItsOwn) {
  std::map<std::string, TarEntry> links;
  for (const auto& [name, target] : {std::pair{"h", "e"}, {"s", "l"}}) {
    links[name].type = Type::hard_link;
    links[name].link_target = target;
  }
  const Tree with_links = tree_of_types(types, links);
  Overlay top{with_links, 100};
  ASSERT_TRUE(top.add_text("e", {}, "longer than five"));
  top.change("h", 7, 7, 0600);
  const auto& file = top.additions().at("h");
  EXPECT_EQ(file.entry.type, Type::file);
  EXPECT_EQ(file.entry.size_bytes, 5U) << "the bytes are the layer's, not those of the new file";
  EXPECT_EQ(std::get<LayerFile>(file.content).path, "e");
  top.change("s", 7, 7, 0600);
  EXPECT_EQ(top.additions().at("s").entry.type, Type::symlink);
  EXPECT_EQ(top.additions().at("s").entry.link_target, "x");
}

TEST(Paths, MergedAndImagePaths) {
  EXPECT_EQ(merged_path("bin"), "usr/bin");
  EXPECT_EQ(merged_path("lib64/ld.so"), "usr/lib64/ld.so");
  EXPECT_EQ(merged_path("binary"), "binary");
  EXPECT_EQ(merged_path("usr/bin"), "usr/bin");
  EXPECT_EQ(image_path("/lib/x/"), "usr/lib/x");
  EXPECT_EQ(image_path("//etc"), "etc");
  EXPECT_EQ(image_path("/"), "");
  EXPECT_EQ(parent_of("a/b/c"), "a/b");
  EXPECT_EQ(parent_of("a"), "");
}

TEST(Paths, LinksThatLeadOut) {
  struct Row {
    std::string path, target;
    bool leads_out;
  };
  for (const Row& row : std::vector<Row>{{"a", "..", true},
                                         {"a/b", "..", false},
                                         {"a/b", "../..", true},
                                         {"a/b", "../../a", true},
                                         {"a/b", "c/../../d", false},
                                         {"a", "/../..", false},
                                         {"a/b", "./.././..", true},
                                         {"a/b/c", "..//..//x", false},
                                         {"a", "", false}}) {
    EXPECT_EQ(leads_out(row.path, row.target), row.leads_out) << row.path << " -> " << row.target;
  }
}

TEST(Paths, Whiteouts) {
  for (const std::string path : {".wh.a", "a/.wh.b", "a/.wh..wh..opq", ".wh./b"})
    EXPECT_TRUE(is_whiteout(path)) << path;
  for (const std::string path : {"a", "a.wh.b", "a/b.wh.", ".whatever", "wh."})
    EXPECT_FALSE(is_whiteout(path)) << path;
}

TEST(Glob, Patterns) {
  struct Row {
    std::string pattern, path;
    bool matches;
  };
  const std::vector<Row> rows = {
      {"a/b", "a/b", true},
      {"a/b", "a/bc", false},
      {"a", "a/b/c", true},
      {"a/", "a/b", true},
      {"/a/b", "a/b", true},
      {"./a", "a", true},
      {"a/*", "a/b", true},
      {"a/*", "a/b/c", true},
      {"a/*.so", "a/b/c.so", false},
      {"a/*/c", "a/b/c", true},
      {"a/*/c", "a/c", false},
      {"a/**", "a/b/c/d", true},
      {"a/**/d", "a/d", true},
      {"a/**/d", "a/b/c/d", true},
      {"a/**/d", "a/bd", false},
      {"**/d", "d", true},
      {"**/d", "a/b/d", true},
      {"**", "a/b", true},
      {"*", "a/b", true},
      {"?", "a", true},
      {"?", "ab", false},
      {"a?c", "a/c", false},
      {"", "a", false},
      {"*a*b", "xaybzb", true},
      {"a*", "ab/c", true},
      {"b", "a/b", false},
  };
  for (const Row& row : rows)
    EXPECT_EQ(glob_matches(row.pattern, row.path), row.matches) << row.pattern << " " << row.path;
}

TEST(Glob, NoPatternTakesLong) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  EXPECT_FALSE(glob_matches(pattern + "b", std::string(4000, 'a')));
}

}  // namespace
}  // namespace hauberk
