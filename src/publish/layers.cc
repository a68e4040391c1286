// SPDX-License-Identifier: Apache-2.0
#include "publish/layers.h"

#include "io/parallel.h"
#include "oci/layer_source.h"

namespace hauberk {

Result<std::uint64_t> unpack_layer(const BlobStore& blobs, const Descriptor& layer, const Digest& diff_id,
                                   ByteSink& sink) {
  TRY(const auto unpacked, open_layer(blobs, layer, diff_id));
  return copy(*unpacked, sink);
}

Result<std::vector<std::uint64_t>> unpacked_sizes(const BlobStore& blobs, const PlatformImage& image) {
  const auto& layers = image.manifest.layers;
  std::vector<std::uint64_t> sizes(layers.size());
  TRY_STATUS(parallel_for(layers.size(), processor_count(), [&](std::size_t i) -> Status {
    TRY(const auto unpacked, open_layer(blobs, layers[i], image.config.diff_ids[i]));
    TRY(sizes[i], drain(*unpacked));
    return {};
  }));
  return sizes;
}

}  // namespace hauberk
