// A damaged layer of an image under trial: named, never taken for an odd archive.
//
// SPDX-License-Identifier: Apache-2.0
#include "trial/image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "io/compression.h"
#include "io/test_folder.h"
#include "oci/media_type.h"
#include "tar/writer.h"

namespace hauberk {
namespace {

using testing::HasSubstr;

std::string gzip_layer() {
  MemorySink sink;
  const auto compressor = compress(Compression::gzip, default_compressor(Compression::gzip).level, sink);
  TarWriter tar(*compressor);
  TarEntry entry;
  entry.path = "usr/file";
  entry.mode = 0644;
  std::string content;
  for (int i = 0; i < 9000; ++i) content += fmt::format("{} ", i * 7919 % 10'007);
  EXPECT_TRUE(tar.add_file(entry, content));
  EXPECT_TRUE(tar.finish());
  EXPECT_TRUE(compressor->finish());
  return sink.take();
}

Digest diff_id_of(std::string_view gzip) {
  MemorySource source(gzip);
  const auto plain = decompress(Compression::gzip, source);
  return Digest::of(read_all(*plain, 1 << 20).value());
}

TEST(TrialImage, ADamagedLayerIsNamed) {
  const TestFolder folder;
  const Dir dir = Dir::open(folder.path()).value();
  DirBlobStore blobs(dir);
  const std::string good = gzip_layer();
  const Digest digest = put_blob(blobs, good).value();
  const Descriptor config = describe(media_type::config, "");
  PlatformImage image{
      .descriptor = describe(media_type::manifest, ""),
      .manifest = {.media_type = std::string(media_type::manifest), .artifact_type = "", .config = config},
      .config = {},
      .config_text = ""};
  image.manifest.layers = {describe(media_type::layer_gzip, good)};
  image.config.diff_ids = {diff_id_of(good)};
  const auto unpack = [&](const std::string& name) {
    std::filesystem::create_directory(folder.path() + "/" + name);
    auto root = RootFolder::open(folder.path() + "/" + name, false);
    EXPECT_TRUE(root) << name;
    return unpack_layers(blobs, image, *root);
  };
  ASSERT_TRUE(unpack("good"));
  for (const std::size_t at : {std::size_t{0}, std::size_t{15}, good.size() / 2, good.size() - 1}) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    std::ofstream(folder.path() + "/" + blob_path(digest)) << bad;
    const Status done = unpack(fmt::format("bad{}", at));
    ASSERT_FALSE(done) << at;
    EXPECT_EQ(done.error().kind, ErrorKind::verification_failed) << at << ": " << done.error().message;
    EXPECT_THAT(done.error().message, HasSubstr(digest.text())) << at;
    EXPECT_THAT(done.error().message, HasSubstr("hauberk build --no-cache")) << at;
  }
}

}  // namespace
}  // namespace hauberk
