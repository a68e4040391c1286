// An image whose manifest, config and layers are blobs of a store.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "oci/image_source.h"
#include "oci/platform_image.h"

namespace hauberk {

class BlobImage final : public ImageSource {
 public:
  // `owner` keeps alive what `blobs` needs; may be null where the caller does. unsupported: a layer that we
  // cannot unpack. Shared, since the owner's type differs and nobody else asks for it.
  static Result<std::unique_ptr<ImageSource>> open(std::shared_ptr<const void> owner, const BlobStore& blobs,
                                                   const Descriptor& manifest, std::string name,
                                                   std::vector<std::string> tags);

  const std::string& name() const override { return name_; }
  const ImageConfig& config() const override { return config_; }
  const std::string& config_text() const override { return config_text_; }
  const std::optional<Descriptor>& descriptor() const override { return descriptor_; }
  const std::optional<Manifest>& manifest() const override { return manifest_; }
  const std::vector<std::string>& tags() const override { return tags_; }
  const std::vector<Layer>& layers() const override { return layers_; }
  Result<std::unique_ptr<ByteSource>> open_layer(std::size_t i) const override;

 private:
  BlobImage(std::shared_ptr<const void> owner, const BlobStore& blobs, PlatformImage image, std::string name,
            std::vector<std::string> tags);

  std::shared_ptr<const void> owner_;
  const BlobStore& blobs_;
  std::string name_;
  ImageConfig config_;
  std::string config_text_;
  std::optional<Descriptor> descriptor_;
  std::optional<Manifest> manifest_;
  std::vector<std::string> tags_;
  std::vector<Layer> layers_;
};

}  // namespace hauberk
