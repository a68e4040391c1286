// SPDX-License-Identifier: Apache-2.0
#include "publish/copy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <map>

#include "io/faulty_os.h"
#include "io/test_folder.h"
#include "publish/test_image.h"
#include "tar/reader.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string reference = "dhi.io/nginx:1.26";

struct Fixture {
  TestFolder folder;
  std::unique_ptr<Store> store = make_test_store(folder.path() + "/store");
  Descriptor image = put_test_image(store->blobs());
  SilentProgress silent;

  std::string path(const std::string& name) const { return folder.path() + "/" + name; }
  Result<CopyReport> copy(const std::string& destination, const CopyOptions& options = {reference, {}}) {
    return copy_image(*store, image, Destination::parse(destination).value(), options, silent);
  }
  void damage(const Digest& digest, std::string_view text) const {
    std::ofstream(store->path() + "/" + blob_path(digest), std::ios::trunc) << text;
  }
};

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The members of a tar, and that they are nobody's and of no time.
std::map<std::string, std::string> tar_files(const std::string& path) {
  std::map<std::string, std::string> files;
  const std::string bytes = read_file(path);
  MemorySource source(bytes);
  TarReader reader(source);
  while (true) {
    const auto entry = reader.next();
    EXPECT_TRUE(entry) << entry.error().message;
    if (!entry || !*entry) return files;
    EXPECT_EQ((*entry)->mtime_seconds, 0);
    EXPECT_EQ((*entry)->uid, 0U);
    TarContent content(reader);
    EXPECT_FALSE(files.contains((*entry)->path)) << "twice: " << (*entry)->path;
    files[(*entry)->path] = read_all(content, 10 << 20).value();
  }
}

std::vector<std::string> names_in(const std::string& path) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

TEST(Destination, Forms) {
  EXPECT_EQ(Destination::parse("oci:a:b")->path, "a:b");
  EXPECT_EQ(Destination::parse("oci:a")->kind, Destination::Kind::oci);
  EXPECT_EQ(Destination::parse("oci-archive:/a b.tar")->kind, Destination::Kind::oci_archive);
  EXPECT_EQ(Destination::parse("docker-archive:x.tar")->kind, Destination::Kind::docker_archive);
  for (const char* text : {"", "oci:", "docker:x", "x.tar", "OCI:x", "oci-archive:", "docker-archive:x/"}) {
    const auto destination = Destination::parse(text);
    ASSERT_FALSE(destination) << text;
    EXPECT_THAT(destination.error().message, HasSubstr(text));
  }
}

TEST(CopyToLayout, HasEverythingUnderItsDigest) {
  Fixture f;
  ASSERT_TRUE(f.copy("oci:" + f.path("out/layout")));
  const std::string layout = f.path("out/layout");
  EXPECT_THAT(names_in(layout), ElementsAre("blobs", "index.json", "oci-layout"));
  EXPECT_EQ(read_file(layout + "/oci-layout"), R"({"imageLayoutVersion":"1.0.0"})");
  const auto index = parse_index(read_file(layout + "/index.json"));
  ASSERT_TRUE(index) << index.error().message;
  ASSERT_EQ(index->manifests.size(), 1U);
  EXPECT_EQ(index->manifests[0].digest, f.image.digest);
  EXPECT_EQ(index->manifests[0].annotations.at("org.opencontainers.image.ref.name"), "1.26");
  EXPECT_EQ(index->manifests[0].annotations.at("io.containerd.image.name"), reference);
  // An index, two manifests, two configs, two layers in common and one each.
  EXPECT_EQ(names_in(layout + "/blobs/sha256").size(), 9U);
  for (const std::string& name : names_in(layout + "/blobs/sha256")) {
    EXPECT_EQ(Digest::of(read_file(layout + "/blobs/sha256/" + name)).hex(), name);
  }
}

TEST(CopyToLayout, OtherProgramsMayReadIt) {
  Fixture f;
  const mode_t before = ::umask(022);
  ASSERT_TRUE(f.copy("oci:" + f.path("layout")));
  ASSERT_TRUE(f.copy("oci-archive:" + f.path("archive.tar")));
  ::umask(before);
  const auto mode_of = [&](const std::string& name) {
    struct stat status = {};
    EXPECT_EQ(::stat(f.path(name).c_str(), &status), 0) << name;
    return status.st_mode & 07777;
  };
  EXPECT_EQ(mode_of("layout"), 0755U);
  EXPECT_EQ(mode_of("layout/blobs/sha256"), 0755U);
  EXPECT_EQ(mode_of("layout/index.json"), 0644U);
  EXPECT_EQ(mode_of("layout/blobs/sha256/" + f.image.digest.hex()), 0644U);
  EXPECT_EQ(mode_of("archive.tar"), 0644U);
}

TEST(CopyToLayout, OnePlatform) {
  Fixture f;
  ASSERT_TRUE(f.copy("oci:" + f.path("layout"), {reference, Platform::arm64()}));
  const auto index = parse_index(read_file(f.path("layout/index.json")));
  ASSERT_TRUE(index);
  EXPECT_EQ(index->manifests.at(0).media_type, media_type::manifest);
  EXPECT_EQ(index->manifests.at(0).architecture, "arm64");
  EXPECT_EQ(names_in(f.path("layout/blobs/sha256")).size(), 5U);
}

TEST(CopyToLayout, AddsToALayoutAndMovesItsName) {
  Fixture f;
  const std::string layout = f.path("layout");
  ASSERT_TRUE(f.copy("oci:" + layout, {"a:1", Platform::amd64()}));
  // What another program knows of its entry is kept.
  std::string text = read_file(layout + "/index.json");
  text.replace(text.find("\"os\":"), 0, "\"variant\":\"v3\",");
  std::ofstream(layout + "/index.json") << text;
  ASSERT_TRUE(f.copy("oci:" + layout, {"a:2", Platform::arm64()}));
  EXPECT_THAT(read_file(layout + "/index.json"), HasSubstr("\"variant\":\"v3\""));
  const auto report = f.copy("oci:" + layout, {"b:1", Platform::arm64()});
  ASSERT_TRUE(report) << report.error().message;
  const auto index = parse_index(read_file(layout + "/index.json"));
  ASSERT_TRUE(index);
  std::vector<std::string> names;
  for (const Descriptor& entry : index->manifests) {
    const auto tag = entry.annotations.find("org.opencontainers.image.ref.name");
    names.push_back(fmt::format("{} {} {}", tag == entry.annotations.end() ? "no name" : tag->second,
                                entry.annotations.at("io.containerd.image.name"), entry.architecture));
  }
  EXPECT_THAT(names, ElementsAre("no name a:1 amd64", "2 a:2 arm64", "1 b:1 arm64"))
      << "as skopeo does it: the tag moves, and the image that had it stays";
  EXPECT_EQ(report->unnamed, index->manifests.at(0).digest.text());
}

TEST(CopyToLayout, AnImageThatMovedTakesItsWholeNameAlong) {
  Fixture f;
  ASSERT_TRUE(f.copy("oci:" + f.path("layout"), {"a:1", Platform::amd64()}));
  ASSERT_TRUE(f.copy("oci:" + f.path("layout"), {"a:1", Platform::arm64()}));
  const auto index = parse_index(read_file(f.path("layout/index.json")));
  ASSERT_EQ(index->manifests.size(), 2U);
  EXPECT_TRUE(index->manifests.at(0).annotations.empty());
  EXPECT_EQ(index->manifests.at(1).annotations.at("io.containerd.image.name"), "a:1");
  // Back again: the one without name gets it, and is not there twice.
  ASSERT_TRUE(f.copy("oci:" + f.path("layout"), {"a:1", Platform::amd64()}));
  EXPECT_EQ(parse_index(read_file(f.path("layout/index.json")))->manifests.size(), 2U);
}

TEST(CopyToLayout, TwiceIsOnce) {
  Fixture f;
  ASSERT_TRUE(f.copy("oci:" + f.path("layout")));
  const std::string before = read_file(f.path("layout/index.json"));
  ASSERT_TRUE(f.copy("oci:" + f.path("layout")));
  EXPECT_EQ(read_file(f.path("layout/index.json")), before);
  ASSERT_TRUE(f.copy("oci:" + f.path("other"), {"", {}}));
  ASSERT_TRUE(f.copy("oci:" + f.path("other"), {"", {}}));
  EXPECT_EQ(parse_index(read_file(f.path("other/index.json")))->manifests.size(), 1U);
}

TEST(CopyToLayout, MendsADamagedBlob) {
  Fixture f;
  ASSERT_TRUE(f.copy("oci:" + f.path("layout")));
  const std::string blob = f.path("layout/blobs/sha256/" + f.image.digest.hex());
  std::string bytes = read_file(blob);
  const std::string good = bytes;
  bytes[5] = '#';
  std::ofstream(blob) << bytes;
  ASSERT_TRUE(f.copy("oci:" + f.path("layout")));
  EXPECT_EQ(read_file(blob), good);
}

TEST(CopyToLayout, RefusesWhatIsNoLayout) {
  struct Row {
    std::string summary, file, text;
  };
  const Row rows[] = {
      {"somebody's folder", "letter.txt", "dear"},
      {"another version", "oci-layout", R"({"imageLayoutVersion":"2.0.0"})"},
      {"no version", "oci-layout", "{}"},
      {"no JSON", "oci-layout", "layout"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    Fixture f;
    std::filesystem::create_directory(f.path("out"));
    std::ofstream(f.path("out/" + row.file)) << row.text;
    const auto status = f.copy("oci:" + f.path("out"));
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind, ErrorKind::conflict);
    EXPECT_THAT(names_in(f.path("out")), ElementsAre(row.file));
  }
  for (const char* text : {"", "[]", R"({"manifests":{}})", R"({"manifests":[1]})"}) {
    Fixture f;
    ASSERT_TRUE(f.copy("oci:" + f.path("out")));
    std::ofstream(f.path("out/index.json")) << text;
    EXPECT_EQ(f.copy("oci:" + f.path("out")).error().kind, ErrorKind::conflict) << text;
    EXPECT_EQ(read_file(f.path("out/index.json")), text);
  }
}

TEST(CopyToLayout, DoesNotFollowLinksOutOfTheLayout) {
  Fixture f;
  std::filesystem::create_directories(f.path("out"));
  std::filesystem::create_directories(f.path("elsewhere"));
  std::ofstream(f.path("out/oci-layout")) << R"({"imageLayoutVersion":"1.0.0"})";
  std::filesystem::create_directory_symlink(f.path("elsewhere"), f.path("out/blobs"));
  EXPECT_FALSE(f.copy("oci:" + f.path("out")));
  EXPECT_TRUE(names_in(f.path("elsewhere")).empty());
}

TEST(CopyToOciArchive, IsTheLayoutInATar) {
  Fixture f;
  ASSERT_TRUE(f.copy("oci:" + f.path("layout")));
  ASSERT_TRUE(f.copy("oci-archive:" + f.path("a.tar")));
  const auto files = tar_files(f.path("a.tar"));
  EXPECT_EQ(files.at("oci-layout"), read_file(f.path("layout/oci-layout")));
  EXPECT_EQ(files.at("index.json"), read_file(f.path("layout/index.json")));
  for (const std::string& name : names_in(f.path("layout/blobs/sha256"))) {
    EXPECT_EQ(files.at("blobs/sha256/" + name), read_file(f.path("layout/blobs/sha256/" + name)));
  }
  EXPECT_EQ(files.size(), 2U + 2U + 9U);
}

TEST(CopyToDockerArchive, HasPlainLayers) {
  Fixture f;
  ASSERT_TRUE(f.copy("docker-archive:" + f.path("d.tar"), {reference, Platform::arm64()}));
  const auto files = tar_files(f.path("d.tar"));
  const auto image = image_for(f.store->blobs(), f.image, Platform::arm64()).value();
  const std::string config = image.manifest.config.digest.hex() + ".json";
  EXPECT_EQ(files.at(config), image.config_text);
  std::string layers;
  for (const Digest& diff_id : image.config.diff_ids) {
    EXPECT_EQ(Digest::of(files.at(diff_id.hex() + ".tar")), diff_id);
    layers += (layers.empty() ? "\"" : ",\"") + diff_id.hex() + ".tar\"";
  }
  EXPECT_EQ(files.at("manifest.json"),
            fmt::format(R"([{{"Config":"{}","Layers":[{}],"RepoTags":["{}"]}}])", config, layers, reference));
  EXPECT_EQ(files.size(), 5U);
}

TEST(CopyToDockerArchive, ALayerThatOccursTwiceIsThereOnce) {
  Fixture f;
  f.image = put_image(f.store->blobs(), Platform::amd64(), {{"a", "same"}, {"b", "other"}, {"a", "same"}});
  ASSERT_TRUE(f.copy("docker-archive:" + f.path("d.tar")));
  EXPECT_EQ(tar_files(f.path("d.tar")).size(), 4U);
}

TEST(CopyToDockerArchive, AnImageOfOnePlatformNeedsNoChoice) {
  Fixture f;
  f.image = put_image(f.store->blobs(), Platform::arm64(), {{"a", "b"}});
  EXPECT_TRUE(f.copy("docker-archive:" + f.path("d.tar")));
  const auto other = f.copy("docker-archive:" + f.path("e.tar"), {reference, Platform::amd64()});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, ErrorKind::not_found);
  EXPECT_THAT(other.error().message, HasSubstr("linux/arm64"));
  EXPECT_FALSE(std::filesystem::exists(f.path("e.tar")));
}

TEST(CopyToDockerArchive, RefusesAWrongDiffIdAndUnknownLayers) {
  Fixture f;
  Manifest manifest{.media_type = std::string(media_type::manifest),
                    .artifact_type = "",
                    .config = describe(media_type::config, ""),
                    .layers = {put(f.store->blobs(), media_type::layer_gzip,
                                   compressed(Compression::gzip, layer_tar({"a", "b"})))}};
  ImageConfig config;
  config.os = "linux";
  config.architecture = "amd64";
  const auto use = [&](const Digest& diff_id) {
    config.diff_ids = {diff_id};
    manifest.config = put(f.store->blobs(), media_type::config, text_of(config));
    f.image = put(f.store->blobs(), media_type::manifest, text_of(manifest));
  };
  use(Digest::of("another"));
  EXPECT_EQ(f.copy("docker-archive:" + f.path("d.tar")).error().kind, ErrorKind::verification_failed);
  manifest.layers[0].media_type = "application/vnd.example.layer";
  use(Digest::of(layer_tar({"a", "b"})));
  EXPECT_EQ(f.copy("docker-archive:" + f.path("d.tar")).error().kind, ErrorKind::unsupported);
  EXPECT_THAT(names_in(f.folder.path()), ElementsAre("store"));
}

TEST(Copy, TheSameBytesEveryTime) {
  for (const std::string form : {"oci-archive:", "docker-archive:"}) {
    Fixture one;
    Fixture two;
    const mode_t before = ::umask(077);
    ASSERT_TRUE(one.copy(form + one.path("x.tar"), {reference, Platform::amd64()}));
    ::umask(before);
    ASSERT_TRUE(two.copy(form + two.path("y.tar"), {reference, Platform::amd64()}));
    EXPECT_EQ(read_file(one.path("x.tar")), read_file(two.path("y.tar"))) << form;
  }
}

TEST(Copy, ADamagedBlobIsNeverHandedOn) {
  Fixture f;
  const auto parts = parts_of(f.store->blobs(), f.image, Platform::amd64()).value();
  for (const std::string form : {"oci:", "oci-archive:", "docker-archive:"}) {
    for (const Descriptor& blob : parts.blobs) {
      SCOPED_TRACE(form + blob.media_type);
      const std::string good = read_verified(f.store->blobs(), blob.digest, 1 << 20).value();
      std::string bytes = good;
      bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
      f.damage(blob.digest, bytes);
      const auto status = f.copy(form + f.path("out"), {reference, Platform::amd64()});
      f.damage(blob.digest, good);
      ASSERT_FALSE(status);
      EXPECT_EQ(status.error().kind, ErrorKind::verification_failed) << status.error().message;
      EXPECT_THAT(status.error().message, HasSubstr(blob.digest.text()));
      EXPECT_FALSE(std::filesystem::exists(f.path("out/index.json")));
      EXPECT_FALSE(std::filesystem::is_regular_file(f.path("out")));
      EXPECT_FALSE(std::filesystem::exists(f.path("out/" + blob_path(blob.digest))));
      std::filesystem::remove_all(f.path("out"));
    }
  }
}

TEST(Copy, AnAbsentBlobIsNamed) {
  Fixture f;
  const auto parts = parts_of(f.store->blobs(), f.image, Platform::amd64()).value();
  ASSERT_TRUE(f.store->blobs().remove(parts.blobs.back().digest));
  const auto status = f.copy("oci-archive:" + f.path("a.tar"));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::not_found);
  EXPECT_THAT(status.error().message, HasSubstr(parts.blobs.back().digest.text()));
  EXPECT_THAT(names_in(f.folder.path()), ElementsAre("store"));
}

TEST(Copy, ReplacesAFileAndNothingElse) {
  Fixture f;
  std::ofstream(f.path("a.tar")) << "old";
  ASSERT_TRUE(f.copy("oci-archive:" + f.path("a.tar")));
  EXPECT_GT(read_file(f.path("a.tar")).size(), 3U);
  std::filesystem::create_directory(f.path("folder"));
  EXPECT_EQ(f.copy("oci-archive:" + f.path("folder")).error().kind, ErrorKind::conflict);
  ASSERT_EQ(::mkfifo(f.path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(f.copy("docker-archive:" + f.path("pipe")).error().kind, ErrorKind::conflict);
  EXPECT_EQ(f.copy("docker-archive:" + f.path("absent/x.tar")).error().kind, ErrorKind::not_found);
  EXPECT_EQ(f.copy("oci-archive:" + f.path("a.tar"), {"Bad Name", {}}).error().kind,
            ErrorKind::invalid_input);
}

TEST(Copy, AFaultAnywhereLeavesNothingHalfMade) {
  const TestFolder folder;
  const std::string home = folder.path() + "/store", out = folder.path() + "/out";
  const Descriptor image = put_test_image(make_test_store(home)->blobs());
  const CopyOptions options{reference, Platform::amd64()};
  SilentProgress silent;
  FaultyOs counter(-1);
  ASSERT_TRUE(Store::open(home, counter));
  for (const std::string form : {"oci:", "oci-archive:", "docker-archive:"}) {
    const auto destination = Destination::parse(form + out).value();
    std::filesystem::remove_all(out);
    ASSERT_TRUE(copy_image(*Store::open(home).value(), image, destination, options, silent));
    const std::string good = read_file(form == "oci:" ? out + "/index.json" : out);
    ASSERT_FALSE(good.empty());
    for (long nth = counter.calls();; ++nth) {
      SCOPED_TRACE(fmt::format("{} {}", form, nth));
      ASSERT_LT(nth, 1'000);
      std::filesystem::remove_all(out);
      FaultyOs os(nth, FaultyOs::Fault::error, ENOSPC);
      const auto store = Store::open(home, os).value();
      const auto status = copy_image(*store, image, destination, options, silent);
      // Absent, or all of it: the last fsync of the folder may be what failed.
      const std::string made = read_file(form == "oci:" ? out + "/index.json" : out);
      EXPECT_TRUE(made == good || (!status && made.empty()));
      for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
        EXPECT_FALSE(entry.path().filename().string().starts_with(".hauberk-")) << entry.path();
      }
      if (os.calls() <= nth) {
        EXPECT_TRUE(status) << status.error().message;
        break;
      }
      // A second try goes on with what was made.
      if (nth % 4 != 0) continue;
      EXPECT_TRUE(copy_image(*store, image, destination, options, silent));
    }
  }
}

}  // namespace
}  // namespace hauberk
