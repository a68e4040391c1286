// The definition of a build as files: where the catalogue begins, and what cannot be built.
//
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "io/test_folder.h"

namespace hauberk {
namespace {

using testing::HasSubstr;

constexpr std::string_view head =
    "# syntax=hauberk/build:2-debian13\nname: x\nimage: a/b\nvariant: runtime\ntags:\n  - "
    "\"1\"\nplatforms:\n  - linux/amd64\n";

class SourceTest : public testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) {
    const std::filesystem::path whole = folder.path() + "/" + path;
    std::filesystem::create_directories(whole.parent_path());
    std::ofstream(whole) << text;
  }
  std::string at(const std::string& path) const { return folder.path() + "/" + path; }
  TestFolder folder;
};

TEST_F(SourceTest, TheCatalogueRootIsWhereTheSourcesAre) {
  const std::string text =
      std::string(head) + "paths:\n  - type: file\n    path: /etc/a\n    source: nginx/conf/a\n";
  write("catalog/nginx/debian-13/1.yaml", text);
  const auto without = read_definition(at("catalog/nginx/debian-13/1.yaml"), {}, "");
  ASSERT_TRUE(without) << without.error().message;
  EXPECT_EQ(without->catalog_root, at("catalog/nginx/debian-13")) << "nothing has it: the file's own folder";
  write("catalog/nginx/conf/a", "1");
  EXPECT_EQ(read_definition(at("catalog/nginx/debian-13/1.yaml"), {}, "")->catalog_root, at("catalog"));
  EXPECT_EQ(read_definition(at("catalog/nginx/debian-13/1.yaml"), {}, "/elsewhere")->catalog_root,
            "/elsewhere");
  const auto here = std::filesystem::current_path();
  std::filesystem::current_path(at("catalog/nginx/debian-13"));
  EXPECT_EQ(read_definition("1.yaml", {}, "")->catalog_root, at("catalog"));
  std::filesystem::current_path(here);
}

TEST_F(SourceTest, FilesThatAreNone) {
  struct Row {
    std::string path;
    ErrorKind kind;
  };
  std::filesystem::create_directories(at("folder"));
  write("large.yaml", std::string((1 << 20) + 1, '#'));
  for (const Row& row : std::vector<Row>{{"", ErrorKind::invalid_input},
                                         {at("none.yaml"), ErrorKind::not_found},
                                         {at("none/none.yaml"), ErrorKind::not_found},
                                         {at("folder/"), ErrorKind::invalid_input},
                                         {at("large.yaml"), ErrorKind::limit_exceeded}}) {
    const auto source = read_definition(row.path, {}, "");
    ASSERT_FALSE(source) << row.path;
    EXPECT_EQ(source.error().kind, row.kind) << row.path << ": " << source.error().message;
  }
  EXPECT_FALSE(read_definition(at("folder"), {}, ""));
  EXPECT_EQ(place_of_file("/a/../b/c")->folder, "/b");
}

TEST_F(SourceTest, AFolderThatIsGone) {
  std::filesystem::create_directories(at("gone"));
  const auto here = std::filesystem::current_path();
  std::filesystem::current_path(at("gone"));
  std::filesystem::remove(at("gone"));
  const auto source = read_definition("x.yaml", {}, "");
  std::filesystem::current_path(here);
  ASSERT_FALSE(source);
  EXPECT_THAT(source.error().message, HasSubstr("x.yaml"));
}

TEST_F(SourceTest, WhatCannotBeBuilt) {
  Definition good;
  good.syntax = {.name = "hauberk/build", .version = 2, .distribution = "debian13", .digest = ""};
  EXPECT_TRUE(check_buildable(good)) << check_buildable(good).error().message;
  struct Row {
    std::string what;
    std::function<void(Definition&)> change;
  };
  const std::vector<Row> rows = {
      {"contents.builds \"compile\"", [](Definition& d) { d.build_names = {"compile"}; }},
      {"contents.artifacts \"other\"", [](Definition& d) { d.artifacts = {{"other", {}, {}, {}, {}}}; }},
      {"variant helm", [](Definition& d) { d.variant = Variant::helm; }},
      {"syntax hauberk/package:2-debian13", [](Definition& d) { d.syntax.name = "hauberk/package"; }},
      {"contents.files \"git+https://x/y\"",
       [](Definition& d) {
         RemoteFile file;
         file.url = "git+https://x/y";
         d.files = {file};
       }},
      {"alpine", [](Definition& d) { d.syntax.distribution = "alpine3.22"; }},
  };
  for (const Row& row : rows) {
    Definition definition = good;
    row.change(definition);
    const auto checked = check_buildable(definition);
    ASSERT_FALSE(checked) << row.what;
    EXPECT_EQ(checked.error().kind, ErrorKind::unsupported) << row.what;
    EXPECT_THAT(checked.error().message, HasSubstr(row.what));
  }
}

}  // namespace
}  // namespace hauberk
