// SPDX-License-Identifier: Apache-2.0
#include "facts/root_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "facts/root_path.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// An entry in short: "usr/" folder, "a -> b" symlink, "a => b" hard link, else a file; its content's hash is
// that of its path and the layer.
LayerFile entry(const std::string& text, std::size_t layer) {
  LayerFile file{TarEntry{.path = text}};
  if (const auto arrow = text.find(" -> "); arrow != std::string::npos) {
    file.entry.type = TarEntry::Type::symlink;
    file.entry.path = text.substr(0, arrow);
    file.entry.link_target = text.substr(arrow + 4);
  } else if (const auto link = text.find(" => "); link != std::string::npos) {
    file.entry.type = TarEntry::Type::hard_link;
    file.entry.path = text.substr(0, link);
    file.entry.link_target = text.substr(link + 4);
  } else if (text.ends_with('/')) {
    file.entry.type = TarEntry::Type::directory;
    file.entry.path.pop_back();
  } else {
    file.sha256 = Digest::of(fmt::format("{} of {}", text, layer));
  }
  return file;
}

struct Laid {
  std::vector<std::string> files, hidden, problems;  // "path layer", "path layer by"
};

Laid lay(const std::vector<std::vector<std::string>>& layers) {
  RootTree tree;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    LayerFacts layer;
    for (const std::string& text : layers[i]) layer.files.push_back(entry(text, i));
    tree.apply(layer, i);
  }
  Laid laid;
  for (const File& file : tree.take_files()) {
    laid.files.push_back(fmt::format("{} {}", file.entry.path, file.layer));
  }
  for (const HiddenFile& file : tree.take_hidden()) {
    laid.hidden.push_back(fmt::format("{} {} {}", file.entry.path, file.layer, file.hidden_by));
  }
  laid.problems = tree.take_problems();
  return laid;
}

TEST(RootTree, LaysLayersOneOnTheOther) {
  struct Row {
    std::string summary;
    std::vector<std::vector<std::string>> layers;
    std::vector<std::string> files, hidden;
  };
  const Row rows[] = {
      {"one layer, sorted", {{"b", "a/", "a/x"}}, {"a 0", "a/x 0", "b 0"}, {}},
      {"a file replaced", {{"a"}, {"a"}}, {"a 1"}, {"a 0 1"}},
      {"a whiteout", {{"d/", "d/a", "d/b"}, {"d/.wh.a"}}, {"d 0", "d/b 0"}, {"d/a 0 1"}},
      {"a whiteout of a folder",
       {{"d/", "d/a", "d/e/", "d/e/b", "dx"}, {".wh.d"}},
       {"dx 0"},
       {"d/a 0 1", "d/e/b 0 1"}},
      {"a whiteout of nothing", {{"a"}, {".wh.b", "c/.wh.d"}}, {"a 0"}, {}},
      {"a whiteout spares its own layer, in any order", {{"a"}, {"a", ".wh.a"}}, {"a 1"}, {"a 0 1"}},
      {"whiteouts of three layers", {{"a"}, {".wh.a"}, {"a"}}, {"a 2"}, {"a 0 1"}},
      {"an opaque folder",
       {{"d/", "d/a", "d/e/b"}, {"d/", "d/.wh..wh..opq", "d/c"}},
       {"d 1", "d/c 1"},
       {"d/a 0 1", "d/e/b 0 1"}},
      {"an opaque root", {{"a", "d/b"}, {".wh..wh..opq", "c"}}, {"c 1"}, {"a 0 1", "d/b 0 1"}},
      {"a folder over a folder keeps what is in it", {{"d/", "d/a"}, {"d/"}}, {"d 1", "d/a 0"}, {}},
      {"a file over a folder", {{"d/", "d/a"}, {"d"}}, {"d 1"}, {"d/a 0 1"}},
      {"a file over a folder that has no entry", {{"d/a"}, {"d"}}, {"d 1"}, {"d/a 0 1"}},
      {"a folder over a link", {{"d -> e", "e/"}, {"d/"}}, {"d 1", "e 0"}, {"d 0 1"}},
      {"a link over a folder", {{"d/", "d/a"}, {"d -> e"}}, {"d 1"}, {"d/a 0 1"}},
      {"through a link of a lower layer",
       {{"usr/bin/", "bin -> usr/bin"}, {"bin/x"}},
       {"bin 0", "usr/bin 0", "usr/bin/x 1"},
       {}},
      {"through a link of its own layer",
       {{"usr/bin/", "bin -> usr/bin", "bin/x"}},
       {"bin 0", "usr/bin 0", "usr/bin/x 0"},
       {}},
      {"a whiteout through a link",
       {{"usr/bin/x", "bin -> usr/bin"}, {"bin/.wh.x"}},
       {"bin 0"},
       {"usr/bin/x 0 1"}},
      {"a link that leads out stays inside", {{"d -> ../../etc"}, {"d/x"}}, {"d 0", "etc/x 1"}, {}},
      {"an absolute link", {{"a/d -> /etc"}, {"a/d/x"}}, {"a/d 0", "etc/x 1"}, {}},
      {"aufs's bookkeeping", {{".wh..wh.plnk/1.2", ".wh..wh.aufs", "a"}}, {"a 0"}, {}},
      {"twice in one layer", {{"a", "a"}}, {"a 0"}, {"a 0 0"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const Laid laid = lay(row.layers);
    EXPECT_EQ(laid.files, row.files);
    EXPECT_EQ(laid.hidden, row.hidden);
    EXPECT_THAT(laid.problems, IsEmpty());
  }
}

TEST(RootTree, SaysWhatContradictsTheRules) {
  struct Row {
    std::string summary;
    std::vector<std::vector<std::string>> layers;
    std::vector<std::string> files;
    std::string problem;
  };
  const Row rows[] = {
      {"a whiteout without a name", {{"a", ".wh."}}, {"a 0"}, "names nothing"},
      {"a whiteout of the folder above", {{"d/a"}, {"d/.wh..."}}, {"d/a 0"}, ""},
      {"a whiteout of the folder itself", {{"d/a"}, {"d/.wh.."}}, {"d/a 0"}, "names nothing"},
      {"links in a circle", {{"a -> b", "b -> a"}, {"a/x"}}, {"a/x 1", "b 0"}, "circle"},
      {"a file where a folder is needed", {{"a"}, {"a/b"}}, {"a/b 1"}, "needs a folder"},
      {"a hard link to nothing", {{"a => b"}}, {"a 0"}, "hard link to nothing"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const Laid laid = lay(row.layers);
    EXPECT_EQ(laid.files, row.files);
    if (!row.problem.empty()) {
      ASSERT_FALSE(laid.problems.empty());
      EXPECT_THAT(laid.problems.front(), HasSubstr(row.problem));
    }
  }
}

TEST(RootTree, AHardLinkHasItsTargetsContentAlsoWhenThatGoes) {
  RootTree tree;
  LayerFacts lower{.files = {entry("a", 0)}}, upper{.files = {entry("b => a", 1), entry(".wh.a", 1)}};
  tree.apply(lower, 0);
  // Whiteouts come first: so the link is to nothing here, and in the next layer it is not.
  LayerFacts link{.files = {entry("b => a", 1)}}, gone{.files = {entry(".wh.a", 2)}};
  tree.apply(link, 1);
  tree.apply(gone, 2);
  const auto files = tree.take_files();
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].entry.path, "b");
  EXPECT_EQ(files[0].sha256, Digest::of("a of 0"));
}

TEST(RootTree, KeepsTheTextsOfWhatIsSeen) {
  RootTree tree;
  LayerFacts lower{.files = {entry("etc/passwd", 0), entry("etc/group", 0)},
                   .texts = {{"etc/passwd", "old"}, {"etc/group", "kept"}}};
  LayerFacts upper{.files = {entry("etc/passwd", 1)}, .texts = {{"etc/passwd", "new"}}};
  tree.apply(lower, 0);
  tree.apply(upper, 1);
  EXPECT_EQ(tree.shown("etc/passwd", 1), "etc/passwd");
  EXPECT_EQ(tree.shown("etc/passwd", 0), std::nullopt);
  EXPECT_THAT(tree.take_texts(),
              ElementsAre(testing::Pair("etc/group", "kept"), testing::Pair("etc/passwd", "new")));
}

TEST(ResolvePath, FollowsLinksInsideTheRoot) {
  std::map<std::string, TarEntry, std::less<>> root;
  for (const auto& [path, target] : std::map<std::string, std::string>{{"bin", "usr/bin"},
                                                                       {"usr/bin/sh", "dash"},
                                                                       {"etc/mtab", "../proc/mounts"},
                                                                       {"out", "../../../x"},
                                                                       {"top", "/"},
                                                                       {"a", "b"},
                                                                       {"b", "a"},
                                                                       {"grow", "grow/grow"}}) {
    root[path] = {.type = TarEntry::Type::symlink, .path = path, .link_target = target};
  }
  const EntryLookup lookup = [&](std::string_view path) -> const TarEntry* {
    const auto at = root.find(path);
    return at == root.end() ? nullptr : &at->second;
  };
  struct Row {
    std::string path, all;
    std::string last = {};  // without following the last part, where that differs
  };
  const Row rows[] = {{"usr/lib/x", "usr/lib/x"},
                      {"bin/sh", "usr/bin/dash", "usr/bin/sh"},
                      {"etc/mtab", "proc/mounts", "etc/mtab"},
                      {"out", "x", "out"},
                      {"top/bin/ls", "usr/bin/ls"},
                      {"/bin/../x", "usr/x"},
                      {"", ""},
                      {"../..", ""}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.path);
    EXPECT_EQ(resolve_path(row.path, true, lookup), row.all);
    EXPECT_EQ(resolve_path(row.path, false, lookup), row.last.empty() ? row.all : row.last);
  }
  EXPECT_EQ(resolve_path("a", true, lookup), std::nullopt);
  EXPECT_EQ(resolve_path("a", false, lookup), "a");
  EXPECT_EQ(resolve_path("grow", true, lookup), std::nullopt);
}

}  // namespace
}  // namespace hauberk
