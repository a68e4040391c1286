// SPDX-License-Identifier: Apache-2.0
#include "io/named_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "io/test_folder.h"

namespace hauberk {
namespace {

TEST(NamedFile, LinksAreFollowed) {
  const TestFolder folder;
  const auto at = [&](const std::string& name) { return folder.path() + "/" + name; };
  std::filesystem::create_directories(at("there/deep"));
  std::ofstream(at("there/deep/file")) << "text";
  std::filesystem::create_symlink("there/deep/file", at("link"));
  std::filesystem::create_directory_symlink("there/deep", at("folder"));
  for (const std::string name : {"there/deep/file", "link", "folder/file", "folder/../there/deep/file"}) {
    const auto text = read_named_file(at(name), 4);
    ASSERT_TRUE(text) << name << ": " << text.error().message;
    EXPECT_EQ(*text, "text") << name;
  }
  EXPECT_EQ(place_of_file(at("link"))->folder, folder.path()) << "where it was named, not where it lies";
}

TEST(NamedFile, Refuses) {
  const TestFolder folder;
  const auto at = [&](const std::string& name) { return folder.path() + "/" + name; };
  std::ofstream(at("file")) << "text";
  std::filesystem::create_directory(at("folder"));
  std::filesystem::create_symlink("absent", at("dangling"));
  std::filesystem::create_symlink("round", at("round"));
  ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
  struct Row {
    std::string path;
    ErrorKind kind;
  };
  for (const Row& row : std::vector<Row>{{"", ErrorKind::invalid_input},
                                         {at("absent"), ErrorKind::not_found},
                                         {at("file/below"), ErrorKind::not_found},
                                         {at("dangling"), ErrorKind::not_found},
                                         {at("round"), ErrorKind::io},
                                         {at("folder"), ErrorKind::invalid_input},
                                         {at("folder/"), ErrorKind::invalid_input},
                                         {at("pipe"), ErrorKind::invalid_input},
                                         {at("file"), ErrorKind::limit_exceeded}}) {
    const auto text = read_named_file(row.path, 3);
    ASSERT_FALSE(text) << row.path;
    EXPECT_EQ(text.error().kind, row.kind) << row.path << ": " << text.error().message;
    EXPECT_THAT(text.error().message, testing::HasSubstr(row.path.substr(0, row.path.size() - 1)));
  }
}

}  // namespace
}  // namespace hauberk
