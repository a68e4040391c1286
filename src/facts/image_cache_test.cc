// SPDX-License-Identifier: Apache-2.0
#include "facts/image_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "facts/image_codec.h"
#include "oci/open_image.h"
#include "oci/test_layout.h"

namespace hauberk {
namespace {

using testing::SizeIs;
using testing::StartsWith;

const TestFiles system_files = {
    {"etc/os-release", "ID=debian\nVERSION_CODENAME=trixie\n"},
    {"etc/passwd", "root:x:0:0::/root:/bin/sh\n"},
    {"usr/bin/x", "x"},
    {"var/lib/dpkg/info/x.list", "/.\n/usr/bin/x\n"},
    {"var/lib/dpkg/info/x.md5sums", "9dd4e461268c8034f5c8564e155c67a6  usr/bin/x\n"},
    {"var/lib/dpkg/status",
     "Package: x\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\n\nnonsense\n"},
};
const TestFiles above = {{"etc/.wh.passwd", ""}, {"app/new", "new"}};

// An image of two layers with something in every list of its facts, and a store beside it.
struct Known {
  TestFolder folder;
  std::unique_ptr<Store> store;
  std::unique_ptr<ImageSource> image;

  explicit Known(const std::string& variable = "PASSWORD=hunter2-correct-horse") {
    ImageConfig config;
    config.environment = {variable};
    TestFiles files;
    put_test_index(files, {{"1.0", put_test_image(files, {{.files = system_files}, {.files = above}}, "amd64",
                                                  config)}});
    write_test_files(folder.path() + "/image", files);
    image = open_image(folder.path() + "/image", ImageForm::layout).value();
    store =
        Store::init(folder.path() + "/store", {"http://ftp.debian.org/debian", "http://security.debian.org"})
            .value();
  }

  // The one file of the whole image's facts.
  std::string path() const {
    const auto recipes = store->cache().list("facts").value();
    for (const std::string& recipe : recipes) {
      const auto names = store->cache().list("facts/" + recipe).value();
      for (const std::string& name : names) {
        if (name.starts_with("image-")) return "facts/" + recipe + "/" + name;
      }
    }
    return "none";
  }
  std::string kept() const { return store->cache().read_file(path(), 1 << 20).value(); }
};

// What is known of an image before its layers are read.
Facts begun(Facts facts) {
  facts.os = {};
  facts.has_package_record = false;
  facts.packages.clear();
  facts.listed.clear();
  facts.files.clear();
  facts.hidden.clear();
  facts.texts.clear();
  facts.secrets.clear();
  facts.certificates.clear();
  facts.problems.clear();
  return facts;
}

TEST(ImageCache, GivesWhatTheLayersGave) {
  const Known known;
  const auto fresh = facts_of(*known.image, known.store.get());
  ASSERT_TRUE(fresh) << fresh.error().message;
  EXPECT_THAT(fresh->packages, SizeIs(1));
  EXPECT_THAT(fresh->hidden, SizeIs(1));
  EXPECT_THAT(fresh->listed, SizeIs(1));
  EXPECT_THAT(fresh->problems, SizeIs(1));
  EXPECT_FALSE(fresh->secrets.empty());
  EXPECT_EQ(parse_image_facts(known.kept(), begun(*fresh)), *fresh);
  EXPECT_EQ(facts_of(*known.image, known.store.get()), *fresh);
  EXPECT_EQ(facts_of(*known.image), *fresh);
}

TEST(ImageCache, GivesTheInventoryAlone) {
  const Known known;
  const auto fresh = inventory_of(*known.image, known.store.get());
  ASSERT_TRUE(fresh) << fresh.error().message;
  const Facts facts = *facts_of(*known.image);
  EXPECT_EQ(fresh->inventory, inventory_of(facts));
  EXPECT_EQ(fresh->problems, facts.problems);
  EXPECT_EQ(inventory_of(*known.image, known.store.get()), *fresh);
  EXPECT_EQ(ImageCache(*known.image, known.store.get()).inventory()->inventory.packages, facts.packages);
}

// What is kept counts: so that a test that compares both ways cannot pass by never reading the cache.
TEST(ImageCache, IsWhatIsRead) {
  const Known known;
  Facts facts = *facts_of(*known.image, known.store.get());
  facts.packages[0].version = "2.0";
  ASSERT_TRUE(known.store->cache().write_cache_file(known.path(), image_bytes_of(facts)));
  EXPECT_EQ(facts_of(*known.image, known.store.get())->packages[0].version, "2.0");
  EXPECT_EQ(inventory_of(*known.image, known.store.get())->inventory.packages[0].version, "2.0");
}

TEST(ImageCache, IsMadeAnewWhereItIsDamaged) {
  const Known known;
  const auto fresh = facts_of(*known.image, known.store.get());
  const std::string whole = known.kept(), path = known.path();
  for (std::size_t at = 0; at < whole.size(); at += 7) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    EXPECT_FALSE(parse_image_facts(bytes, {})) << at;
    EXPECT_FALSE(parse_image_facts(whole.substr(0, at), {})) << at;
  }
  std::string bytes = whole;
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  ASSERT_TRUE(known.store->cache().write_cache_file(path, bytes));
  EXPECT_EQ(facts_of(*known.image, known.store.get()), *fresh);
  EXPECT_EQ(known.kept(), whole);
}

TEST(ImageCache, ADamagedInventoryIsRefusedAlone) {
  const Known known;
  const auto fresh = inventory_of(*known.image, known.store.get());
  const std::string whole = known.kept();
  ASSERT_TRUE(parse_image_inventory(whole));
  for (std::size_t at = 0; at < 60; ++at) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    EXPECT_FALSE(parse_image_inventory(bytes)) << at;
  }
  std::string bytes = whole;
  bytes[40] = static_cast<char>(bytes[40] ^ 1);
  ASSERT_TRUE(known.store->cache().write_cache_file(known.path(), bytes));
  EXPECT_EQ(inventory_of(*known.image, known.store.get()), *fresh);
  EXPECT_EQ(known.kept(), whole);
}

TEST(ImageCache, AnotherConfigIsAnotherImage) {
  const Known known;
  const Known other("PASSWORD=another-battery-staple");
  ASSERT_TRUE(facts_of(*known.image, known.store.get()));
  ASSERT_TRUE(facts_of(*other.image, other.store.get()));
  EXPECT_THAT(known.path(), StartsWith("facts/"));
  EXPECT_NE(known.path(), other.path());
  EXPECT_FALSE(ImageCache(*other.image, known.store.get()).inventory());
}

TEST(ImageCache, KeepsNothingWithoutAStore) {
  const Known known;
  const ImageCache cache(*known.image, nullptr);
  cache.keep(*facts_of(*known.image));
  EXPECT_FALSE(cache.facts({}));
  EXPECT_FALSE(cache.inventory());
  EXPECT_EQ(known.path(), "none");
}

}  // namespace
}  // namespace hauberk
