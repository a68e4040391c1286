// An image's layers, unpacked. See image.h.
//
// SPDX-License-Identifier: Apache-2.0
#include "trial/image.h"

#include "oci/layer_source.h"

namespace hauberk {
namespace {

Status unpack_layer(const BlobStore& blobs, const Descriptor& layer, const Digest& diff_id,
                    RootFolder& root) {
  TRY(const auto content, open_layer(blobs, layer, diff_id));
  if (auto applied = root.apply(*content); !applied) {
    Error error = std::move(applied).error();
    error.message = fmt::format("cannot unpack the layer {}: {}", layer.digest.text(), error.message);
    return unpack_error(*content, std::move(error));
  }
  // What an archive does not need after its end still counts for its digests.
  TRY_STATUS(drain(*content));
  return {};
}

}  // namespace

Status unpack_layers(const BlobStore& blobs, const PlatformImage& image, RootFolder& root) {
  for (std::size_t i = 0; i < image.manifest.layers.size(); ++i) {
    TRY_STATUS(unpack_layer(blobs, image.manifest.layers[i], image.config.diff_ids[i], root));
  }
  return {};
}

}  // namespace hauberk
