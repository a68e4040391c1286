// SPDX-License-Identifier: Apache-2.0
#include "oci/blob_image.h"

#include <algorithm>

#include "oci/layer_source.h"
#include "oci/open_image.h"

namespace hauberk {

BlobImage::BlobImage(std::shared_ptr<const void> owner, const BlobStore& blobs, PlatformImage image,
                     std::string name, std::vector<std::string> tags)
    : owner_(std::move(owner)),
      blobs_(blobs),
      name_(std::move(name)),
      config_(std::move(image.config)),
      config_text_(std::move(image.config_text)),
      descriptor_(std::move(image.descriptor)),
      manifest_(std::move(image.manifest)),
      tags_(std::move(tags)) {
  std::ranges::sort(tags_);
  for (std::size_t i = 0; i < manifest_->layers.size(); ++i) {
    const Descriptor& layer = manifest_->layers[i];
    layers_.push_back({config_.diff_ids[i], layer.digest, layer.size_bytes});
  }
}

Result<std::unique_ptr<ImageSource>> BlobImage::open(std::shared_ptr<const void> owner,
                                                     const BlobStore& blobs, const Descriptor& manifest,
                                                     std::string name, std::vector<std::string> tags) {
  TRY(PlatformImage image, read_platform_image(blobs, manifest));
  for (const Descriptor& layer : image.manifest.layers) {
    if (is_layer_type(layer.media_type)) continue;
    return fail(ErrorKind::unsupported,
                "cannot read the image {}: its layer {} has the media type {}, which "
                "is none that we can unpack",
                name, layer.digest.text(), layer.media_type);
  }
  return std::unique_ptr<ImageSource>(new BlobImage(std::move(owner), blobs, std::move(image),
                                                    std::move(name), std::move(tags)));
}

Result<std::unique_ptr<ByteSource>> BlobImage::open_layer(std::size_t i) const {
  return hauberk::open_layer(blobs_, manifest_->layers.at(i), config_.diff_ids.at(i));
}

Result<std::unique_ptr<ImageSource>> open_stored_image(const BlobStore& blobs, const Descriptor& image,
                                                       std::string name, std::vector<std::string> tags,
                                                       const std::optional<Platform>& platform) {
  TRY(const auto images, images_below(blobs, {image}));
  TRY(const Descriptor manifest, choose_platform(images, platform, name));
  return BlobImage::open(nullptr, blobs, manifest, std::move(name), std::move(tags));
}

}  // namespace hauberk
