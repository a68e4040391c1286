// Layers are uncompressed here, whatever they are in the store: Docker 20.10 cannot read zstd, and all
// readers of this format take plain tar (docs/decisions/0013-docker-archive-uncompressed.md). A tar member's
// size stands before its content, so each layer is read twice, once to measure and once to write; that costs
// less than keeping a layer in memory or in a second file.
//
// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "publish/destinations.h"
#include "publish/layers.h"
#include "tar/writer.h"

namespace hauberk {
namespace {

class TarContentSink final : public ByteSink {
 public:
  TarContentSink(TarWriter& writer, Progress& progress) : writer_(writer), progress_(progress) {}
  Status write(std::span<const std::byte> bytes) override {
    TRY_STATUS(writer_.write(bytes));
    progress_.advance(bytes.size());
    return {};
  }

 private:
  TarWriter& writer_;
  Progress& progress_;
};

std::string layer_name(const Digest& diff_id) { return diff_id.hex() + ".tar"; }

std::string manifest_json(const PlatformImage& image, const Reference* name) {
  Json layers = Json::array();
  for (const Digest& diff_id : image.config.diff_ids) layers.push_back(layer_name(diff_id));
  Json tags = Json::array();
  if (name != nullptr && !name->tag().empty()) tags.push_back(name->name() + ":" + name->tag());
  return canonical_json(Json::array({{{"Config", image.manifest.config.digest.hex() + ".json"},
                                      {"Layers", std::move(layers)},
                                      {"RepoTags", std::move(tags)}}}));
}

TarEntry file_entry(std::string path, std::uint64_t size_bytes = 0) {
  TarEntry entry;
  entry.path = std::move(path);
  entry.mode = 0644;
  entry.size_bytes = size_bytes;
  return entry;
}

}  // namespace

Status write_docker_archive(const BlobStore& blobs, const PlatformImage& image, const Reference* name,
                            ByteSink& sink, Progress& progress) {
  TRY(const auto sizes, unpacked_sizes(blobs, image));
  TarWriter tar(sink);
  TRY_STATUS(tar.add_file(file_entry("manifest.json"), manifest_json(image, name)));
  TRY_STATUS(tar.add_file(file_entry(image.manifest.config.digest.hex() + ".json"), image.config_text));
  TarContentSink content(tar, progress);
  std::set<Digest> written;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const Digest& diff_id = image.config.diff_ids[i];
    if (!written.insert(diff_id).second) continue;
    TRY_STATUS(tar.add(file_entry(layer_name(diff_id), sizes[i])));
    TRY_STATUS(unpack_layer(blobs, image.manifest.layers[i], diff_id, content));
  }
  return tar.finish();
}

}  // namespace hauberk
