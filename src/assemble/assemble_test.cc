// Images as a whole: the same bytes whatever the surroundings, squashed as layered, from the cache as
// without.
//
// SPDX-License-Identifier: Apache-2.0
#include "assemble/assemble.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "assemble/test_image.h"

namespace hauberk {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::vector<LockedPackage> some_packages(TestImages& images) {
  std::vector<LockedPackage> packages;
  packages.push_back(images.add({.name = "base-files",
                                 .entries = {test_directory("etc"), test_directory("tmp", 01777),
                                             test_directory("usr"), test_directory("usr/bin"),
                                             test_file("etc/motd", "hello\n")}}));
  for (int i = 0; i < 20; ++i) {
    std::vector<TestEntry> entries = {
        test_directory("usr/bin", i == 3 ? 0750 : 0755),
        test_file(fmt::format("usr/bin/p{}", i), std::string(1000 * (i + 1), 'x'), 0755),
        test_hard_link(fmt::format("usr/bin/p{}-too", i), fmt::format("usr/bin/p{}", i)),
        test_symlink(fmt::format("usr/bin/l{}", i), fmt::format("p{}", i)),
        test_file(fmt::format("usr/share/doc/p{}/README", i), "left out")};
    packages.push_back(images.add({.name = fmt::format("p{:02}", i),
                                   .entries = entries,
                                   .source = fmt::format("s{}", i / 2),
                                   .control_files = {{"md5sums", "x\n"}}}));
  }
  packages[5].replaces = "p12";
  return packages;
}

Definition some_definition() {
  Definition definition;
  definition.name = "test";
  definition.accounts.users = {{"app", 1000, 1000, std::nullopt}};
  definition.os_release = {{"ID", "debian"}};
  PathEntry text;
  text.path = "/etc/motd";
  text.content = "changed\n";
  PathEntry owner;
  owner.type = PathEntry::Type::directory;
  owner.path = "/usr/bin";
  owner.uid = 7;
  PathEntry gone;
  gone.type = PathEntry::Type::remove;
  gone.path = "/usr/bin/l1";
  definition.paths = {text, owner, gone};
  return definition;
}

class Assemble : public testing::Test {
 protected:
  TestImages images;
};

TEST_F(Assemble, SurroundingsDoNotShow) {
  const Definition definition = some_definition();
  const Lock lock = TestImages::lock(some_packages(images));
  const std::string expected = images.built(lock, definition, 1);
  ASSERT_THAT(expected, StartsWith("sha256:"));

  TestImages others;
  Lock shuffled = TestImages::lock(some_packages(others));
  std::reverse(shuffled.packages.begin(), shuffled.packages.end());
  const mode_t mask = umask(0);
  const auto folder = std::filesystem::current_path();
  setenv("TZ", "Asia/Kathmandu", 1);
  tzset();
  setlocale(LC_ALL, "tr_TR.UTF-8");
  std::filesystem::current_path("/");
  EXPECT_EQ(others.built(shuffled, definition, 4), expected);
  std::filesystem::current_path(folder);
  umask(0777);
  EXPECT_EQ(others.built(shuffled, definition, 4), expected) << "from the cache";
  umask(mask);
  setlocale(LC_ALL, "C");
  unsetenv("TZ");
}

TEST_F(Assemble, WithAndWithoutCache) {
  const Definition definition = some_definition();
  const Lock lock = TestImages::lock(some_packages(images));
  const auto first = images.build(lock, definition);
  ASSERT_TRUE(first) << first.error().message;
  const std::string store = images.store().path();
  const auto count = [&] {
    const auto all = std::filesystem::recursive_directory_iterator(store);
    return std::count_if(begin(all), end(all), [](const auto& file) { return file.is_regular_file(); });
  };
  const auto files = count();
  const auto second = images.build(lock, definition);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->manifest, first->manifest);
  EXPECT_EQ(second->created, first->created);
  EXPECT_EQ(second->left_out, first->left_out);
  EXPECT_EQ(second->size_bytes, first->size_bytes);
  EXPECT_EQ(count(), files) << "a second build adds nothing";
  for (const Layer& layer : second->layers) EXPECT_TRUE(layer.cached) << layer.name;

  // Every single file of the cache gone, emptied or full of nonsense: the image stays what it is.
  std::vector<std::string> cache;
  for (const auto& file : std::filesystem::recursive_directory_iterator(store + "/cache")) {
    if (file.is_regular_file()) cache.push_back(std::filesystem::relative(file.path(), store + "/cache"));
  }
  ASSERT_GT(cache.size(), 20U);
  for (const std::string& path : cache) {
    if (!path.starts_with("images/")) {
      for (const auto& image : std::filesystem::directory_iterator(store + "/cache/images"))
        std::filesystem::remove(image);
    }
    ASSERT_TRUE(images.store().cache().write_file(path, path.size() % 2 == 0 ? "" : "{\"digest\": 1}"));
    const auto again = images.build(lock, definition);
    ASSERT_TRUE(again) << path << ": " << again.error().message;
    EXPECT_EQ(again->manifest, first->manifest) << path;
  }
  std::filesystem::remove_all(store + "/cache");
  TestImages opened_again(images.folder());
  EXPECT_EQ(opened_again.built(lock, definition), first->manifest.digest.text()) << "no cache at all";
}

// Manifest, config and layers.
std::vector<Digest> blobs_of(const BlobStore& store, const Digest& image) {
  const Manifest manifest = parse_manifest(read_verified(store, image, manifest_limit_bytes).value()).value();
  std::vector<Digest> blobs{image, manifest.config.digest};
  for (const Descriptor& layer : manifest.layers) blobs.push_back(layer.digest);
  return blobs;
}

// One bit of the file's middle, in place.
void flip_bit(const std::string& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const auto middle = static_cast<std::streamoff>(std::filesystem::file_size(path) / 2);
  file.seekg(middle);
  const int byte = file.get();
  file.seekp(middle);
  file.put(static_cast<char>(byte ^ 1));
  ASSERT_TRUE(file.flush());
}

TEST_F(Assemble, ABlobOfWrongBytesIsMadeAgain) {
  const Definition definition = some_definition();
  for (const std::string output : {"layered", "squashed"}) {
    Lock lock = TestImages::lock(some_packages(images));
    lock.output = output;
    const std::string first = images.built(lock, definition);
    for (const Digest& blob : blobs_of(images.store().blobs(), Digest::parse(first).value())) {
      flip_bit(images.store().path() + "/" + blob_path(blob));
      EXPECT_EQ(images.built(lock, definition), first) << output;
      EXPECT_TRUE(read_verified(images.store().blobs(), blob, 1 << 30)) << output << blob.text();
    }
  }
}

// Bytes that went bad without being written show no new time: a warm build does not see them.
TEST_F(Assemble, WithoutTheCacheAllThatIsDamagedIsMadeAgain) {
  const Definition definition = some_definition();
  const Lock lock = TestImages::lock(some_packages(images));
  const auto first = images.build(lock, definition);
  ASSERT_TRUE(first) << first.error().message;
  const auto blobs = blobs_of(images.store().blobs(), first->manifest.digest);
  for (const Digest& blob : blobs) flip_bit(images.store().path() + "/" + blob_path(blob));
  for (const auto& file : std::filesystem::recursive_directory_iterator(images.store().path() + "/cache")) {
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);  // now newer than the blobs
  }
  SilentProgress progress;
  const auto again =
      assemble(images.store(), lock, definition, Platform::amd64(), 2, progress, LayerCache::ignored);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->manifest, first->manifest);
  for (const Digest& blob : blobs) EXPECT_TRUE(read_verified(images.store().blobs(), blob, 1 << 30));
}

TEST_F(Assemble, ABlobThatIsGoneIsMadeAgain) {
  const Definition definition = some_definition();
  const Lock lock = TestImages::lock(some_packages(images));
  const auto first = images.build(lock, definition);
  ASSERT_TRUE(first) << first.error().message;
  for (const Digest& blob : blobs_of(images.store().blobs(), first->manifest.digest)) {
    ASSERT_TRUE(images.store().blobs().remove(blob));
    EXPECT_EQ(images.built(lock, definition), first->manifest.digest.text());
    EXPECT_TRUE(read_verified(images.store().blobs(), blob, 1 << 30)) << blob.text();
  }
}

TEST_F(Assemble, CachedFactsOfAnotherGroupingDoNotShow) {
  // Alone, q is the first in its layer to need dpkg's folders; beside p it is not.
  const LockedPackage p = images.add({.name = "p", .entries = {test_file("etc/p", "1")}, .source = "s"});
  LockedPackage q = images.add({.name = "q", .entries = {test_file("etc/q", "1")}, .source = "s"});
  Lock together = TestImages::lock({p, q});
  Lock alone = TestImages::lock({q});
  alone.output = together.output = "squashed";
  const std::string expected = images.built(alone);
  TestImages others;
  others.add({.name = "p", .entries = {test_file("etc/p", "1")}, .source = "s"});
  others.add({.name = "q", .entries = {test_file("etc/q", "1")}, .source = "s"});
  EXPECT_THAT(others.built(together), StartsWith("sha256:"));
  EXPECT_EQ(others.built(alone), expected);
  EXPECT_THAT(images.built(together), StartsWith("sha256:"));
  std::filesystem::remove_all(images.store().path() + "/cache/images");
  EXPECT_EQ(images.built(alone), expected);
}

TEST_F(Assemble, SquashedIsTheSameTree) {
  Definition definition = some_definition();
  definition.paths.pop_back();
  Lock lock = TestImages::lock(some_packages(images));
  const auto layered = images.build(lock, definition);
  ASSERT_TRUE(layered) << layered.error().message;
  EXPECT_GT(layered->layers.size(), 3U);
  lock.output = "squashed";
  const auto squashed = images.build(lock, definition);
  ASSERT_TRUE(squashed) << squashed.error().message;
  EXPECT_EQ(squashed->layers.size(), 1U);
  EXPECT_EQ(images.flattened(*squashed), images.flattened(*layered));
  EXPECT_EQ(images.read_layer(squashed->layers[0].digest).size(), images.flattened(*layered).size())
      << "each path once";
}

TEST_F(Assemble, Compression) {
  Lock lock = TestImages::lock(some_packages(images));
  const auto gzip = images.build(lock);
  lock.compression = "zstd";
  const auto zstd = images.build(lock);
  ASSERT_TRUE(gzip && zstd);
  ASSERT_EQ(gzip->layers.size(), zstd->layers.size());
  for (std::size_t i = 0; i < gzip->layers.size(); ++i) {
    EXPECT_EQ(gzip->layers[i].diff_id, zstd->layers[i].diff_id);
    EXPECT_NE(gzip->layers[i].digest, zstd->layers[i].digest);
  }
}

TEST_F(Assemble, ThePatchedPackageIsTheOnlyNewLayer) {
  std::vector<LockedPackage> packages = some_packages(images);
  const auto before = images.build(TestImages::lock(packages));
  const std::size_t at = 7;
  packages[at] = images.add({.name = packages[at].name,
                             .entries = {test_file("usr/bin/p6", "patched", 0755)},
                             .version = "1.0-2",
                             .source = packages[at].source});
  const auto after = images.build(TestImages::lock(packages));
  ASSERT_TRUE(before && after) << after.error().message;
  std::size_t changed = 0;
  for (const Layer& layer : after->layers) {
    changed += std::none_of(before->layers.begin(), before->layers.end(),
                            [&](const Layer& other) { return other.digest == layer.digest; });
  }
  EXPECT_EQ(changed, 1U);
}

TEST_F(Assemble, AnImageOfNothing) {
  const auto image = images.build(TestImages::lock({}));
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->created, "2026-01-31T12:00:00Z") << "the time of the indexes";
  EXPECT_EQ(image->packages, 0U);
}

TEST_F(Assemble, TheTimeIsTheNewestOfTheFiles) {
  TestEntry file = test_file("usr/share/man/a", "left out");
  file.entry.mtime_seconds = 1'800'000'000;
  const auto image =
      images.build(TestImages::lock({images.add({.name = "x", .entries = {file, test_file("b", "")}})}));
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->created, "2027-01-15T08:00:00Z");
}

TEST_F(Assemble, DpkgsDatabase) {
  const LockedPackage dpkg = images.add({.name = "dpkg", .entries = {test_directory("var/lib/dpkg")}});
  const LockedPackage x = images.add({.name = "x",
                                      .entries = {test_file("etc/x", "1")},
                                      .control_files = {{"conffiles", "/etc/x\n"},
                                                        {"triggers", "interest-noawait /usr/lib/y\n"}}});
  const auto image = images.build(TestImages::lock({x, dpkg}));
  ASSERT_TRUE(image) << image.error().message;
  const auto tree = images.flattened(*image);
  EXPECT_THAT(tree.at("var/lib/dpkg/status"),
              AllOf(HasSubstr("Package: dpkg\nStatus: install ok installed\nVersion: 1.0-1\n"),
                    HasSubstr("Package: x\nStatus: install ok installed\n"),
                    HasSubstr("Conffiles:\n /etc/x c4ca4238a0b923820dcc509a6f75849b\n")));
  EXPECT_THAT(tree.at("var/lib/dpkg/triggers/File"), HasSubstr("/usr/lib/y x/noawait\n"));
  EXPECT_FALSE(tree.contains("var/lib/dpkg/status.d"));
}

TEST_F(Assemble, RefusesALockThatIsNotForIt) {
  Lock lock = TestImages::lock({});
  lock.recipe += 1;
  EXPECT_THAT(images.built(lock), StartsWith("unsupported: "));
  lock = TestImages::lock({});
  lock.platforms = {Platform::arm64()};
  EXPECT_THAT(images.built(lock), StartsWith("not_found: "));
}

TEST_F(Assemble, PackagesOfTwoLayersWithOnePath) {
  EXPECT_THAT(images.built(TestImages::lock({images.add({.name = "p", .entries = {test_file("etc/a", "1")}}),
                                             images.add({.name = "q",
                                                         .entries = {test_file("etc/a", "2")}})})),
              AllOf(StartsWith("conflict: "), HasSubstr("both have \"etc/a\"")));
}

TEST_F(Assemble, OtherPlatformsPackagesStayOut) {
  LockedPackage arm = images.add({.name = "arm", .entries = {test_file("etc/arm", "1")}});
  arm.platforms = {Platform::arm64()};
  const auto image = images.build(TestImages::lock({arm}));
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->packages, 0U);
}

}  // namespace
}  // namespace hauberk
