// An image of the store. See image.h.
//
// SPDX-License-Identifier: Apache-2.0
#include "trial/image.h"

#include "io/compression.h"
#include "oci/media_type.h"

namespace hauberk {
namespace {

constexpr std::uint64_t config_limit_bytes = 8 << 20;

Result<Compression> compression_of_layer(std::string_view type) {
  if (type == media_type::layer) return Compression::none;
  if (type == media_type::layer_gzip || type == media_type::docker_layer) return Compression::gzip;
  if (type == media_type::layer_zstd) return Compression::zstd;
  return fail(ErrorKind::unsupported, "cannot unpack a layer of the media type '{}'", type);
}

Status unpack_layer(const BlobStore& blobs, const Descriptor& layer, const Digest& diff_id,
                    RootFolder& root) {
  TRY(const auto compression, compression_of_layer(layer.media_type));
  TRY(const auto stored, open_verified(blobs, layer.digest, layer.size_bytes));
  const auto unpacked = decompress(compression, *stored);
  HashingSource content(*unpacked, diff_id.algorithm());
  if (auto applied = root.apply(content); !applied) return unpack_error(*stored, applied.error());
  // What an archive does not need after its end still counts for its digests.
  if (auto rest = drain(content); !rest) return unpack_error(*stored, rest.error());
  TRY_STATUS(drain(*stored));
  if (content.finish() != diff_id) {
    return fail(ErrorKind::verification_failed, "unpacked it is not what the config says ({})",
                diff_id.text());
  }
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
    const Descriptor& layer = image.manifest.layers[i];
    if (auto done = unpack_layer(blobs, layer, image.config.diff_ids[i], root); !done) {
      return wrap(done.error(), fmt::format("cannot unpack the layer {}", layer.digest.text()));
    }
  }
  return {};
}

}  // namespace hauberk
