// Small images for tests, made of their parts as a builder would.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "io/compression.h"
#include "oci/media_type.h"
#include "publish/parts.h"
#include "store/mirror.h"
#include "store/store.h"
#include "tar/writer.h"

namespace hauberk {

struct TestLayer {
  std::string path, content;
  Compression compression = Compression::gzip;
};

inline std::string layer_tar(const TestLayer& layer) {
  MemorySink sink;
  TarWriter tar(sink);
  TarEntry entry;
  entry.path = layer.path;
  entry.mode = 0755;
  if (!tar.add_file(entry, layer.content) || !tar.finish()) std::abort();
  return sink.take();
}

inline std::string compressed(Compression compression, std::string_view text) {
  if (compression == Compression::none) return std::string(text);
  MemorySink sink;
  const auto compressor = compress(compression, default_compressor(compression).level, sink);
  if (!write_text(*compressor, text) || !compressor->finish()) std::abort();
  return sink.take();
}

inline std::string_view media_type_of(Compression compression) {
  if (compression == Compression::gzip) return media_type::layer_gzip;
  return compression == Compression::zstd ? media_type::layer_zstd : media_type::layer;
}

inline Descriptor put(BlobStore& blobs, std::string_view type, std::string_view text) {
  if (!put_blob(blobs, text)) std::abort();
  return describe(type, text);
}

// One platform's image; its manifest's descriptor has the platform.
inline Descriptor put_image(BlobStore& blobs, Platform platform, const std::vector<TestLayer>& layers,
                            ImageConfig config = {}) {
  config.created = "2026-11-24T12:00:00Z";
  config.os = "linux";
  config.architecture = platform.architecture();
  Manifest manifest{.media_type = std::string(media_type::manifest),
                    .artifact_type = "",
                    .config = describe(media_type::config, "")};
  for (const TestLayer& layer : layers) {
    const std::string tar = layer_tar(layer);
    config.diff_ids.push_back(Digest::of(tar));
    config.history.push_back({config.created, "hauberk", "", false});
    manifest.layers.push_back(put(blobs, media_type_of(layer.compression),
                                  compressed(layer.compression, tar)));
    manifest.layers.back().annotations["hauberk.packages"] = "example=1.0";
  }
  manifest.config = put(blobs, media_type::config, text_of(config));
  Descriptor descriptor = put(blobs, media_type::manifest, text_of(manifest));
  descriptor.os = "linux";
  descriptor.architecture = platform.architecture();
  return descriptor;
}

inline Descriptor put_index(BlobStore& blobs, const std::vector<Descriptor>& manifests) {
  Index index;
  index.media_type = media_type::index;
  index.manifests = manifests;
  return put(blobs, media_type::index, text_of(index));
}

// An image for both platforms that share a layer; one layer of each is zstd, one is not compressed.
inline Descriptor put_test_image(BlobStore& blobs) {
  std::vector<Descriptor> manifests;
  for (const Platform platform : Platform::all()) {
    manifests.push_back(put_image(blobs, platform,
                                  {{"usr/share/common", std::string(200'000, 'c')},
                                   {"usr/bin/program", fmt::format("for {}", platform.text()),
                                    Compression::zstd},
                                   {"etc/plain", "plain", Compression::none}}));
  }
  return put_index(blobs, manifests);
}

inline std::unique_ptr<Store> make_test_store(const std::string& path, Os& os = real_os()) {
  const InitAnswers answers{std::string(public_mirror), std::string(public_security_mirror), false};
  return Store::init(path, answers, os).value();
}

}  // namespace hauberk
