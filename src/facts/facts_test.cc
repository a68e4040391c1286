// SPDX-License-Identifier: Apache-2.0
#include "facts/facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "facts/layer_cache.h"
#include "facts/root_folder.h"
#include "facts/secrets_corpus.h"
#include "oci/open_image.h"
#include "oci/test_layout.h"
#include "store/mirror.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

const std::string md5_of_x = "9dd4e461268c8034f5c8564e155c67a6";

// A small system: dpkg's record, a merged /usr, a package that lists bin/x.
const TestFiles base = {
    {"bin", "-> usr/bin"},
    {"etc/os-release", "-> ../usr/lib/os-release"},
    {"etc/passwd", "root:x:0:0::/root:/bin/sh\n"},
    {"usr/bin/x", "x"},
    {"usr/bin/stray", "stray"},
    {"usr/lib/os-release", "ID=debian\nVERSION_ID=13\nVERSION_CODENAME=trixie\n"},
    {"usr/share/doc/x", "-> y"},
    {"usr/share/doc/y/copyright",
     "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
     "Files: *\nCopyright: 2026 A Person\nLicense: MIT\n"},
    {"var/lib/dpkg/info/x.list", "/.\n/bin\n/bin/x\n"},
    {"var/lib/dpkg/info/x.md5sums", md5_of_x + "  bin/x\n"},
    {"var/lib/dpkg/status",
     "Package: x\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\n\n"
     "Package: old\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 1\n"},
};

struct OpenedImage {
  TestFolder folder;
  std::unique_ptr<ImageSource> image;

  explicit OpenedImage(std::initializer_list<TestFiles> contents, const ImageConfig& config = {}) {
    std::vector<TestLayerFiles> layers;
    for (const TestFiles& content : contents) layers.push_back({.files = content});
    TestFiles files;
    const Descriptor descriptor = put_test_image(files, layers, "amd64", config);
    put_test_index(files, {{"1.0", descriptor}});
    write_test_files(folder.path(), files);
    auto opened = open_image(folder.path(), ImageForm::layout);
    if (!opened) ADD_FAILURE() << opened.error().message;
    image = std::move(*opened);
  }
};

TEST(Facts, OfAnImageOfTwoLayers) {
  const OpenedImage opened({base,
                            TestFiles{
                                {"etc/.wh.passwd", ""}, {"app/new", "new"}, {"usr/bin/stray", "other"}}});
  const auto facts = facts_of(*opened.image);
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(facts->name, "1.0");
  EXPECT_EQ(facts->os, (OsRelease{.id = "debian", .version_id = "13", .codename = "trixie"}));
  EXPECT_FALSE(facts->is_folder);
  EXPECT_TRUE(facts->has_package_record);
  EXPECT_TRUE(facts->descriptor);
  EXPECT_THAT(facts->layers, SizeIs(2));
  EXPECT_THAT(facts->problems, IsEmpty());

  ASSERT_THAT(facts->packages, SizeIs(2));
  EXPECT_EQ(facts->packages[0].name, "old");
  EXPECT_EQ(facts->packages[0].state, Package::State::removed);
  EXPECT_EQ(facts->packages[1].name, "x");
  EXPECT_THAT(facts->packages[1].licences, ElementsAre(Licence{"MIT", "usr/share/doc/y/copyright"}));
  EXPECT_THAT(facts->listed.at(1), ElementsAre(ListedFile{"bin", ""}, ListedFile{"bin/x", md5_of_x}));

  const File* x = find_file(*facts, "usr/bin/x");
  ASSERT_NE(x, nullptr);
  EXPECT_EQ(x->md5, md5_of_x);
  EXPECT_THAT(x->owners, ElementsAre(1U));
  EXPECT_EQ(follow(*facts, "bin/x"), x);
  EXPECT_EQ(follow(*facts, "/bin/../bin/x"), x);
  EXPECT_EQ(find_file(*facts, "bin/x"), nullptr);
  EXPECT_THAT(find_file(*facts, "bin")->owners, ElementsAre(1U));
  EXPECT_THAT(find_file(*facts, "usr/bin/stray")->owners, IsEmpty());
  EXPECT_EQ(find_file(*facts, "usr/bin/stray")->layer, 1U);

  std::vector<std::string> hidden;
  for (const HiddenFile& file : facts->hidden) hidden.push_back(file.entry.path);
  EXPECT_THAT(hidden, ElementsAre("etc/passwd", "usr/bin/stray"));
  EXPECT_FALSE(facts->texts.contains("etc/passwd"));
  EXPECT_THAT(facts->texts.at("etc/os-release"), HasSubstr("trixie"));

  const Inventory inventory = inventory_of(*facts);
  EXPECT_EQ(inventory.packages, facts->packages);
  EXPECT_EQ(inventory.os, facts->os);
}

TEST(Facts, WhatALanguageSaysCountsWhereItIsSeen) {
  const std::string metadata = "Metadata-Version: 2.1\nName: example\nVersion: 1.2\n\n";
  const std::string path = "usr/lib/python3/dist-packages/example-1.2.dist-info/METADATA";
  const OpenedImage seen({TestFiles{{path, metadata}}});
  const auto facts = facts_of(*seen.image);
  ASSERT_TRUE(facts) << facts.error().message;
  ASSERT_THAT(facts->packages, SizeIs(1));
  EXPECT_EQ(facts->packages[0].name, "example");
  EXPECT_EQ(facts->packages[0].record, path);
  EXPECT_EQ(facts->packages[0].owner, "");
  EXPECT_FALSE(facts->has_package_record);

  // Debian's own: dpkg lists its record.
  const OpenedImage debian({TestFiles{
      {path, metadata},
      {"var/lib/dpkg/status.d/python3-example",
       "Package: python3-example\n"
       "Architecture: all\nVersion: 1.2-1\n"},
      {"var/lib/dpkg/status.d/python3-example.md5sums", fmt::format("{}  {}\n", md5_of_x, path)}}});
  const auto owned = facts_of(*debian.image);
  ASSERT_TRUE(owned) << owned.error().message;
  ASSERT_THAT(owned->packages, SizeIs(2));
  EXPECT_EQ(owned->packages[1].owner, "python3-example");

  const OpenedImage hidden({TestFiles{{path, metadata}},
                            TestFiles{{"usr/lib/python3/dist-packages/.wh.example-1.2.dist-info", ""}}});
  const auto none = facts_of(*hidden.image);
  ASSERT_TRUE(none) << none.error().message;
  EXPECT_THAT(none->packages, IsEmpty());
}

TEST(Facts, SecretsCountInEveryLayerAndInTheConfig) {
  corpus::Random random(1);
  ImageConfig config;
  config.environment = {"PATH=/usr/bin", "DATABASE_URL=postgres://app:Zk29vQpz7sLw@db:5432/app"};
  config.history.resize(2);
  config.history[1].created_by = "ENV " + config.environment[1];
  const OpenedImage opened({TestFiles{{"root/.ssh/id_ed25519", corpus::openssh_key(random).content}},
                            TestFiles{{"root/.ssh/.wh.id_ed25519", ""}}},
                           config);
  const auto facts = facts_of(*opened.image);
  ASSERT_TRUE(facts) << facts.error().message;
  ASSERT_THAT(facts->secrets, SizeIs(3));
  EXPECT_EQ(facts->secrets[0].place, FoundSecret::Place::file);
  EXPECT_EQ(facts->secrets[0].path, "root/.ssh/id_ed25519");
  EXPECT_EQ(facts->secrets[0].layer, 0U);
  EXPECT_TRUE(facts->secrets[0].is_hidden);
  EXPECT_EQ(facts->secrets[1].place, FoundSecret::Place::environment);
  EXPECT_EQ(facts->secrets[1].path, "DATABASE_URL");
  EXPECT_EQ(facts->secrets[2].place, FoundSecret::Place::history);
  EXPECT_EQ(facts->secrets[2].path, "2");
}

TEST(Facts, AreTheSameFromTheCacheAndADamagedOneIsMadeAnew) {
  const TestFolder home;
  const InitAnswers answers{std::string(public_mirror), std::string(public_security_mirror), false};
  const auto store = Store::init(home.path(), answers);
  ASSERT_TRUE(store) << store.error().message;
  const OpenedImage opened({base, TestFiles{{"app/new", "new"}}});
  const auto first = facts_of(*opened.image, store->get());
  ASSERT_TRUE(first) << first.error().message;
  const std::string cache = fmt::format("{}/cache/facts/{}", home.path(), layer_facts_recipe);
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(cache)) files.push_back(entry.path());
  ASSERT_THAT(files, SizeIs(3));  // of the two layers, and of the image

  // With the layers gone, only the cache can answer: first the image's facts, then those of its layers.
  std::filesystem::rename(opened.folder.path() + "/blobs", opened.folder.path() + "/away");
  for (int i = 0; i < 2; ++i) {
    const auto second = facts_of(*opened.image, store->get());
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_EQ(*second, *first);
    for (const auto& file : files) {
      if (file.filename().string().starts_with("image-")) write_test_file(file, "damaged");
    }
  }

  for (const auto& file : files) write_test_file(file, "damaged");
  EXPECT_FALSE(facts_of(*opened.image, store->get()));
  std::filesystem::rename(opened.folder.path() + "/away", opened.folder.path() + "/blobs");
  const auto third = facts_of(*opened.image, store->get());
  ASSERT_TRUE(third) << third.error().message;
  EXPECT_EQ(*third, *first);
}

TEST(Facts, ALayerThatIsNotWhatItSaysIsAnError) {
  const OpenedImage opened({base});
  for (const auto& entry : std::filesystem::directory_iterator(opened.folder.path() + "/blobs/sha256")) {
    if (entry.path().filename() == opened.image->layers()[0].digest->hex())
      write_test_file(entry.path(), "no");
  }
  const auto facts = facts_of(*opened.image);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().kind, ErrorKind::verification_failed);
  EXPECT_THAT(facts.error().message, HasSubstr("cannot read layer 1 of 1.0"));
}

TEST(RootFolder, AsItLies) {
  const TestFolder folder;
  const std::string root = folder.path() + "/root";
  write_test_files(root, {{"etc/passwd", "root:x:0:0::/:\n"},
                          {"usr/bin/x", "x"},
                          {"big", std::string(300'000, 'b')}});
  std::filesystem::create_symlink("/etc/passwd", root + "/out");
  std::filesystem::create_symlink("../..", root + "/up");
  std::filesystem::create_hard_link(root + "/usr/bin/x", root + "/usr/bin/y");
  ASSERT_EQ(::mkfifo((root + "/pipe").c_str(), 0600), 0);
  ASSERT_EQ(::chmod((root + "/usr/bin/x").c_str(), 04755), 0);
  const auto image = open_root_folder(root, Platform::arm64());
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ((*image)->config().architecture, "arm64");
  EXPECT_EQ((*image)->config_text(), "");
  const auto facts = facts_of(**image);
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_TRUE(facts->is_folder);
  std::vector<std::string> files;
  for (const File& file : facts->files) {
    files.push_back(fmt::format("{} {}", file.entry.path, name_of(file.entry.type)));
  }
  EXPECT_THAT(files, ElementsAre(" directory", "big file", "etc directory", "etc/passwd file", "out symlink",
                                 "pipe fifo", "up symlink", "usr directory", "usr/bin directory",
                                 "usr/bin/x file", "usr/bin/y hard link"));
  EXPECT_EQ(find_file(*facts, "usr/bin/x")->entry.mode, 04755U);
  EXPECT_EQ(find_file(*facts, "usr/bin/y")->md5, md5_of_x);
  EXPECT_EQ(find_file(*facts, "big")->sha256, Digest::of(std::string(300'000, 'b')));
  EXPECT_EQ(facts->texts.at("etc/passwd"), "root:x:0:0::/:\n");
  EXPECT_EQ(follow(*facts, "out"), find_file(*facts, "etc/passwd"));
}

TEST(RootFolder, SaysWhatItCannotRead) {
  const TestFolder folder;
  EXPECT_EQ(open_root_folder(folder.path() + "/none").error().kind, ErrorKind::not_found);
  std::string deep = folder.path();
  for (int i = 0; i < 210; ++i) deep += "/d";
  std::filesystem::create_directories(deep);
  const auto image = open_root_folder(folder.path());
  ASSERT_TRUE(image) << image.error().message;
  const auto facts = facts_of(**image);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().kind, ErrorKind::limit_exceeded);
}

}  // namespace
}  // namespace hauberk
