// SPDX-License-Identifier: Apache-2.0
#include "publish/layers.h"

#include "io/compression.h"
#include "io/parallel.h"
#include "oci/media_type.h"

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

class Nowhere final : public ByteSink {
 public:
  Status write(std::span<const std::byte>) override { return {}; }
};

}  // namespace

Result<std::uint64_t> unpack_layer(const BlobStore& blobs, const Descriptor& layer, const Digest& diff_id,
                                   ByteSink& sink) {
  TRY(const Compression compression, compression_of(layer));
  TRY(auto stored, open_verified(blobs, layer.digest, layer.size_bytes));
  const auto unpacked = decompress(compression, *stored);
  HashingSink hashed(sink, diff_id.algorithm());
  const auto size = copy(*unpacked, hashed);
  if (!size) return unpack_error(*stored, size.error());
  if (hashed.finish() != diff_id) {
    return fail(ErrorKind::verification_failed,
                "cannot use the layer {}: unpacked it is not what the config says ({})", layer.digest.text(),
                diff_id.text());
  }
  TRY_STATUS(drain(*stored));
  return size;
}

Result<std::vector<std::uint64_t>> unpacked_sizes(const BlobStore& blobs, const PlatformImage& image) {
  const auto& layers = image.manifest.layers;
  std::vector<std::uint64_t> sizes(layers.size());
  TRY_STATUS(parallel_for(layers.size(), processor_count(), [&](std::size_t i) -> Status {
    Nowhere nowhere;
    TRY(sizes[i], unpack_layer(blobs, layers[i], image.config.diff_ids[i], nowhere));
    return {};
  }));
  return sizes;
}

}  // namespace hauberk
