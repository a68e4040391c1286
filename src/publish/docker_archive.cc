// Layers are uncompressed here, whatever they are in the store: Docker 20.10 cannot read zstd, and all
// readers of this format take plain tar (docs/decisions/0013-docker-archive-uncompressed.md). A tar member's
// size stands before its content, so each layer is read twice, once to measure and once to write; that costs
// less than keeping a layer in memory or in a second file.
//
// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <set>

#include "io/compression.h"
#include "io/parallel.h"
#include "oci/media_type.h"
#include "publish/destinations.h"
#include "tar/writer.h"

namespace hauberk {
namespace {

Result<Compression> compression_of(const Descriptor& layer) {
  const std::string_view type = layer.media_type;
  if (type == media_type::layer) return Compression::none;
  if (type == media_type::layer_gzip || type == media_type::docker_layer) return Compression::gzip;
  if (type == media_type::layer_zstd) return Compression::zstd;
  return fail(ErrorKind::unsupported, "cannot unpack the layer {}: its media type {} is not known",
              layer.digest.text(), type);
}

// The unpacked layer into the sink, verified as stored and as unpacked. Returns its size.
Result<std::uint64_t> unpack(const BlobStore& blobs, const Descriptor& layer, const Digest& diff_id,
                             ByteSink& sink) {
  TRY(const Compression compression, compression_of(layer));
  TRY(auto stored, open_verified(blobs, layer.digest, layer.size_bytes));
  const auto unpacked = decompress(compression, *stored);
  HashingSink hashed(sink, diff_id.algorithm());
  TRY(const std::uint64_t size, copy(*unpacked, hashed));
  if (hashed.finish() != diff_id) {
    return fail(ErrorKind::verification_failed,
                "cannot use the layer {}: unpacked it is not what the config says ({})", layer.digest.text(),
                diff_id.text());
  }
  return size;
}

class Nowhere final : public ByteSink {
 public:
  Status write(std::span<const std::byte>) override { return {}; }
};

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

// The sizes of all layers when unpacked, on all processors.
Result<std::vector<std::uint64_t>> measure(const BlobStore& blobs, const PlatformImage& image) {
  const auto& layers = image.manifest.layers;
  std::vector<std::uint64_t> sizes(layers.size());
  TRY_STATUS(parallel_for(layers.size(), processor_count(), [&](std::size_t i) -> Status {
    Nowhere nowhere;
    TRY(sizes[i], unpack(blobs, layers[i], image.config.diff_ids[i], nowhere));
    return {};
  }));
  return sizes;
}

}  // namespace

Status write_docker_archive(const BlobStore& blobs, const PlatformImage& image, const Reference* name,
                            ByteSink& sink, Progress& progress) {
  TRY(const auto sizes, measure(blobs, image));
  TarWriter tar(sink);
  TRY_STATUS(tar.add_file(file_entry("manifest.json"), manifest_json(image, name)));
  TRY_STATUS(tar.add_file(file_entry(image.manifest.config.digest.hex() + ".json"), image.config_text));
  TarContentSink content(tar, progress);
  std::set<Digest> written;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const Digest& diff_id = image.config.diff_ids[i];
    if (!written.insert(diff_id).second) continue;
    TRY_STATUS(tar.add(file_entry(layer_name(diff_id), sizes[i])));
    TRY_STATUS(unpack(blobs, image.manifest.layers[i], diff_id, content));
  }
  return tar.finish();
}

}  // namespace hauberk
