// An image of the store. See image.h.
//
// SPDX-License-Identifier: Apache-2.0
#include "trial/image.h"

#include "oci/layer_source.h"

namespace hauberk {
namespace {

constexpr std::uint64_t config_limit_bytes = 8 << 20;

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

Result<LoadedImage> load_image(const BlobStore& blobs, const Digest& digest) {
  TRY(const std::string text, read_verified(blobs, digest, manifest_limit_bytes));
  TRY(Manifest manifest, parse_manifest(text));
  TRY(const std::string config_text, read_verified(blobs, manifest.config.digest, config_limit_bytes));
  TRY(ImageConfig config, parse_config(config_text));
  if (config.diff_ids.size() != manifest.layers.size()) {
    return fail(ErrorKind::invalid_input,
                "cannot use the image {}: its config names {} layers and its manifest {}", digest.text(),
                config.diff_ids.size(), manifest.layers.size());
  }
  return LoadedImage{std::move(manifest), std::move(config)};
}

Status unpack_layers(const BlobStore& blobs, const LoadedImage& image, RootFolder& root) {
  for (std::size_t i = 0; i < image.manifest.layers.size(); ++i) {
    TRY_STATUS(unpack_layer(blobs, image.manifest.layers[i], image.config.diff_ids[i], root));
  }
  return {};
}

}  // namespace hauberk
