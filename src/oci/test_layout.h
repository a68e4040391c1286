// Small images for tests, as the files of a layout or a Docker archive.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "io/compression.h"
#include "io/test_folder.h"
#include "oci/blob_store.h"
#include "oci/config.h"
#include "oci/manifest.h"
#include "oci/media_type.h"
#include "tar/writer.h"

namespace hauberk {

using TestFiles = std::map<std::string, std::string>;  // path -> content

// "usr/bin/x" -> content; a path that ends in "/" is a folder, a content "-> x" a symlink.
inline std::string test_tar(const TestFiles& files) {
  MemorySink sink;
  TarWriter tar(sink);
  for (const auto& [path, content] : files) {
    TarEntry entry{.path = path, .mode = 0755};
    if (path.ends_with('/')) {
      entry.path.pop_back();
      entry.type = TarEntry::Type::directory;
      if (!tar.add(entry)) std::abort();
    } else if (content.starts_with("-> ")) {
      entry.type = TarEntry::Type::symlink;
      entry.link_target = content.substr(3);
      if (!tar.add(entry)) std::abort();
    } else if (!tar.add_file(entry, content)) {
      std::abort();
    }
  }
  if (!tar.finish()) std::abort();
  return sink.take();
}

inline std::string test_compressed(Compression compression, std::string_view text) {
  if (compression == Compression::none) return std::string(text);
  MemorySink sink;
  const auto compressor = compress(compression, default_compressor(compression).level, sink);
  if (!write_text(*compressor, text) || !compressor->finish()) std::abort();
  return sink.take();
}

inline Descriptor put_test_blob(TestFiles& files, std::string_view type, const std::string& text) {
  const Descriptor descriptor = describe(type, text);
  files[blob_path(descriptor.digest)] = text;
  return descriptor;
}

struct TestLayerFiles {
  TestFiles files;
  Compression compression = Compression::gzip;
};

inline ImageConfig test_config(const std::vector<TestLayerFiles>& layers,
                               std::string_view architecture = "amd64", ImageConfig config = {}) {
  config.os = "linux";
  config.architecture = architecture;
  for (const TestLayerFiles& layer : layers) config.diff_ids.push_back(Digest::of(test_tar(layer.files)));
  return config;
}

// Puts the image's blobs into `files`; the descriptor of its manifest has the platform.
inline Descriptor put_test_image(TestFiles& files, const std::vector<TestLayerFiles>& layers,
                                 std::string_view architecture = "amd64", const ImageConfig& more = {}) {
  const ImageConfig config = test_config(layers, architecture, more);
  Manifest manifest{.media_type = std::string(media_type::manifest),
                    .artifact_type = "",
                    .config = put_test_blob(files, media_type::config, text_of(config))};
  for (const TestLayerFiles& layer : layers) {
    const std::string_view type = layer.compression == Compression::none   ? media_type::layer
                                  : layer.compression == Compression::gzip ? media_type::layer_gzip
                                                                           : media_type::layer_zstd;
    manifest.layers.push_back(put_test_blob(files, type,
                                            test_compressed(layer.compression, test_tar(layer.files))));
  }
  Descriptor descriptor = put_test_blob(files, media_type::manifest, text_of(manifest));
  descriptor.os = "linux";
  descriptor.architecture = architecture;
  return descriptor;
}

// Adds what makes blobs a layout: entries of (name, descriptor); an empty name is none.
inline void put_test_index(TestFiles& files, const std::vector<std::pair<std::string, Descriptor>>& entries) {
  Index index;
  index.media_type = media_type::index;
  for (auto [name, descriptor] : entries) {
    if (!name.empty()) descriptor.annotations["org.opencontainers.image.ref.name"] = name;
    index.manifests.push_back(descriptor);
  }
  files["oci-layout"] = R"({"imageLayoutVersion":"1.0.0"})";
  files["index.json"] = text_of(index);
}

inline Descriptor put_test_platforms(TestFiles& files, const std::vector<Descriptor>& manifests) {
  Index index;
  index.media_type = media_type::index;
  index.manifests = manifests;
  return put_test_blob(files, media_type::index, text_of(index));
}

// The files of a "docker save" archive with one image, as older Docker wrote it.
inline TestFiles test_docker_files(const std::vector<TestLayerFiles>& layers, const std::string& tag) {
  TestFiles files;
  const std::string config = text_of(test_config(layers));
  Json entry = {{"Config", Digest::of(config).hex() + ".json"}, {"RepoTags", {tag}}};
  files[entry["Config"].get<std::string>()] = config;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const std::string path = fmt::format("{:064x}/layer.tar", i);
    files[path] = test_compressed(layers[i].compression, test_tar(layers[i].files));
    entry["Layers"].push_back(path);
  }
  files["manifest.json"] = canonical_json(Json::array({entry}));
  return files;
}

inline void write_test_file(const std::string& path, std::string_view content) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

inline void write_test_files(const std::string& folder, const TestFiles& files) {
  for (const auto& [path, content] : files) write_test_file(folder + "/" + path, content);
}

}  // namespace hauberk
