// SPDX-License-Identifier: Apache-2.0
#include "trial/unpack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "io/test_folder.h"
#include "tar/writer.h"

namespace hauberk {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using Type = TarEntry::Type;

// One entry: "content" is a file's content or a link's target.
struct Member {
  Type type;
  std::string path, content;
  std::uint32_t mode = 0644;
};

std::string tar_of(const std::vector<Member>& members) {
  MemorySink sink;
  TarWriter tar(sink);
  for (const auto& member : members) {
    TarEntry entry;
    entry.type = member.type;
    entry.path = member.path;
    entry.mode = member.type == Type::directory && member.mode == 0644 ? 0755 : member.mode;
    entry.mtime_seconds = 1'700'000'000;
    if (member.type == Type::file) {
      EXPECT_TRUE(tar.add_file(entry, member.content));
    } else {
      entry.link_target = member.content;
      EXPECT_TRUE(tar.add(entry));
    }
  }
  EXPECT_TRUE(tar.finish());
  return sink.take();
}

std::string text_of_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// "d usr", "f usr/a=content", "l usr/b->a": one line each, sorted by path.
std::string listing(const fs::path& root) {
  std::vector<fs::path> paths(fs::recursive_directory_iterator(root), fs::recursive_directory_iterator{});
  std::ranges::sort(paths);
  std::string text;
  for (const auto& path : paths) {
    const std::string name = path.lexically_relative(root).string();
    const auto status = fs::symlink_status(path);
    if (fs::is_symlink(status))
      text += "l " + name + "->" + fs::read_symlink(path).string() + "\n";
    else if (fs::is_directory(status))
      text += "d " + name + "\n";
    else if (fs::is_fifo(status))
      text += "p " + name + "\n";
    else
      text += "f " + name + "=" + text_of_file(path) + "\n";
  }
  return text;
}

class Unpack : public testing::Test {
 protected:
  // Layers on an empty root, which has a neighbour that nothing may reach.
  Status apply(const std::vector<std::string>& layers) {
    fs::remove_all(top() / "root");
    fs::create_directories(top() / "root");
    std::ofstream(top() / "outside") << "untouched";
    TRY(auto root, RootFolder::open((top() / "root").string(), false));
    for (const auto& layer : layers) {
      MemorySource source{std::string_view(layer)};
      TRY_STATUS(root.apply(source));
    }
    return {};
  }
  fs::path top() const { return folder_.path(); }

 private:
  TestFolder folder_;
};

TEST_F(Unpack, LayersOverLayers) {
  struct Row {
    std::string summary;
    std::vector<std::vector<Member>> layers;
    std::string expected;
  };
  const std::vector<Row> rows{
      {"all types",
       {{{Type::directory, "a", ""},
         {Type::file, "a/f", "1"},
         {Type::symlink, "a/s", "/etc/x"},
         {Type::hard_link, "a/h", "a/f"},
         {Type::fifo, "a/p", ""}}},
       "d a\nf a/f=1\nf a/h=1\np a/p\nl a/s->/etc/x\n"},
      {"missing parents are made", {{{Type::file, "x/y/z", "1"}}}, "d x\nd x/y\nf x/y/z=1\n"},
      {"a file over a file", {{{Type::file, "f", "1"}}, {{Type::file, "f", "22"}}}, "f f=22\n"},
      {"twice in one layer", {{{Type::file, "f", "1"}, {Type::file, "f", "2"}}}, "f f=2\n"},
      {"a file over a link leaves the link's target",
       {{{Type::file, "t", "old"}, {Type::symlink, "s", "t"}}, {{Type::file, "s", "new"}}},
       "f s=new\nf t=old\n"},
      {"a folder over a link",
       {{{Type::symlink, "s", "."}}, {{Type::directory, "s", ""}, {Type::file, "s/f", "1"}}},
       "d s\nf s/f=1\n"},
      {"a file over a folder", {{{Type::file, "d/f", "1"}}, {{Type::file, "d", "2"}}}, "f d=2\n"},
      {"a folder over a folder keeps what is in it",
       {{{Type::file, "d/f", "1"}}, {{Type::directory, "d", ""}}},
       "d d\nf d/f=1\n"},
      {"a whiteout",
       {{{Type::file, "d/a", "1"}, {Type::file, "d/b", "1"}}, {{Type::file, "d/.wh.a", ""}}},
       "d d\nf d/b=1\n"},
      {"a whiteout of a folder", {{{Type::file, "d/a/b", "1"}}, {{Type::file, "d/.wh.a", ""}}}, "d d\n"},
      {"a whiteout spares its own layer",
       {{{Type::file, "a", "1"}}, {{Type::file, "a", "2"}, {Type::file, ".wh.a", ""}}},
       "f a=2\n"},
      {"a whiteout before its own layer's folder",
       {{{Type::file, "d/a", "1"}}, {{Type::file, ".wh.d", ""}, {Type::file, "d/b", "2"}}},
       "d d\nf d/b=2\n"},
      {"a whiteout after its own layer's folder",
       {{{Type::file, "d/a", "1"}}, {{Type::file, "d/b", "2"}, {Type::file, ".wh.d", ""}}},
       "d d\nf d/b=2\n"},
      {"a whiteout of nothing", {{{Type::file, ".wh.a", ""}, {Type::file, "none/.wh.a", ""}}}, ""},
      {"a whiteout stays in its layer: later layers bring the name back",
       {{{Type::file, "a", "1"}}, {{Type::file, ".wh.a", ""}}, {{Type::file, "a", "3"}}},
       "f a=3\n"},
      {"an opaque folder",
       {{{Type::file, "d/a", "1"}, {Type::file, "d/s/b", "1"}},
        {{Type::file, "d/.wh..wh..opq", ""}, {Type::file, "d/s/c", "2"}}},
       "d d\nd d/s\nf d/s/c=2\n"},
      {"an opaque folder, said last",
       {{{Type::file, "d/a", "1"}, {Type::file, "d/s/b", "1"}},
        {{Type::file, "d/s/c", "2"}, {Type::file, "d/.wh..wh..opq", ""}}},
       "d d\nd d/s\nf d/s/c=2\n"},
      {"an opaque root",
       {{{Type::file, "a", "1"}}, {{Type::file, "b", "2"}, {Type::file, ".wh..wh..opq", ""}}},
       "f b=2\n"},
      {"aufs' own names are no content",
       {{{Type::file, ".wh..wh.plnk/1.2", ""}, {Type::file, ".wh..wh.aufs", ""}}},
       ""},
      {"devices are not made",
       {{{Type::character_device, "dev/null", ""}, {Type::block_device, "sda", ""}}},
       "d dev\n"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    std::vector<std::string> layers;
    for (const auto& members : row.layers) layers.push_back(tar_of(members));
    const auto applied = apply(layers);
    ASSERT_TRUE(applied) << applied.error().message;
    EXPECT_EQ(listing(top() / "root"), row.expected);
  }
}

TEST_F(Unpack, NothingLeadsOut) {
  struct Row {
    std::string summary;
    std::vector<std::vector<Member>> layers;
    std::string why;
  };
  const std::vector<Row> rows{
      {"through a link upwards", {{{Type::symlink, "s", ".."}, {Type::file, "s/outside", "x"}}}, "no folder"},
      {"through an absolute link", {{{Type::symlink, "s", "/tmp"}, {Type::file, "s/x", "x"}}}, "no folder"},
      {"through a link within the root",
       {{{Type::directory, "a", ""}, {Type::symlink, "s", "a"}, {Type::file, "s/x", "x"}}},
       "no folder"},
      {"through a link of a lower layer",
       {{{Type::symlink, "s", ".."}}, {{Type::file, "s/outside", "x"}}},
       "no folder"},
      {"a folder through a link",
       {{{Type::symlink, "s", ".."}, {Type::directory, "s/new", ""}}},
       "no folder"},
      {"through a file", {{{Type::file, "f", "1"}, {Type::file, "f/x", "x"}}}, "no folder"},
      {"a hard link through a link",
       {{{Type::symlink, "s", ".."}, {Type::hard_link, "h", "s/outside"}}},
       "no folder"},
      {"a hard link to nothing", {{{Type::hard_link, "h", "nothing"}}}, "cannot link it to 'nothing'"},
      {"a hard link to itself",
       {{{Type::file, "h", "1"}, {Type::hard_link, "h", "h"}}},
       "cannot link it to 'h'"},
      {"a hard link to a folder",
       {{{Type::directory, "d", ""}, {Type::hard_link, "h", "d"}}},
       "cannot link it to 'd'"},
      {"a whiteout through a link",
       {{{Type::symlink, "s", ".."}}, {{Type::file, "s/.wh.outside", ""}}},
       "no folder"},
      {"an opaque link", {{{Type::symlink, "s", ".."}}, {{Type::file, "s/.wh..wh..opq", ""}}}, "no folder"},
      {"a whiteout of the folder itself", {{{Type::file, "d/.wh..", ""}}}, "has to name"},
      {"a whiteout of the folder above", {{{Type::file, "d/.wh...", ""}}}, "has to name"},
      {"a whiteout of a whiteout", {{{Type::file, "d/.wh..wh.a", ""}}}, "has to name"},
      {"a whiteout of nothing at all", {{{Type::file, ".wh.", ""}}}, "has to name"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    std::vector<std::string> layers;
    // A whiteout in a folder that is not there is nothing; here it is.
    layers.push_back(tar_of({{Type::directory, "d", ""}}));
    for (const auto& members : row.layers) layers.push_back(tar_of(members));
    const auto applied = apply(layers);
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().kind, ErrorKind::invalid_input);
    EXPECT_THAT(applied.error().message, HasSubstr(row.why));
    EXPECT_EQ(text_of_file(top() / "outside"), "untouched");
    EXPECT_EQ(std::distance(fs::directory_iterator(top()), fs::directory_iterator()), 2);
  }
}

TEST_F(Unpack, PathsThatTheReaderRefusesTouchNothing) {
  // The writer does not write such names, so they are put into the header of a good one.
  for (const std::string name : {"../outside", "/../outside", "a/../../outside"}) {
    std::string tar = tar_of({{Type::file, std::string(name.size(), 'x'), "x"}});
    tar.replace(0, name.size(), name);
    unsigned sum = 0;
    tar.replace(148, 8, "        ");
    for (std::size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(tar[i]);
    tar.replace(148, 8, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
    EXPECT_FALSE(apply({tar})) << name;
    EXPECT_EQ(text_of_file(top() / "outside"), "untouched") << name;
  }
}

TEST_F(Unpack, ModesAndTimes) {
  const auto old_mask = umask(077);
  ASSERT_TRUE(apply({tar_of({{Type::directory, "d", "", 01777}, {Type::file, "d/f", "1", 0755}})}));
  umask(old_mask);
  struct stat info{};
  ASSERT_EQ(stat((top() / "root/d").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 01777u);
  ASSERT_EQ(stat((top() / "root/d/f").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0755u);
  EXPECT_EQ(info.st_mtime, 1'700'000'000);
}

}  // namespace
}  // namespace hauberk
