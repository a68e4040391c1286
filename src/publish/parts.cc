// SPDX-License-Identifier: Apache-2.0
#include "publish/parts.h"

#include <map>

namespace hauberk {
namespace {

// Collects blobs, each once.
class Collector {
 public:
  Status add(const Descriptor& descriptor) {
    const auto [at, is_new] = sizes_.try_emplace(descriptor.digest, descriptor.size_bytes);
    if (is_new) blobs_.push_back(descriptor);
    if (at->second == descriptor.size_bytes) return {};
    return fail(ErrorKind::invalid_input, "cannot copy the image: it names {} with two sizes, {} and {}",
                descriptor.digest.text(), at->second, descriptor.size_bytes);
  }

  Status add_image(const BlobStore& blobs, const Descriptor& descriptor) {
    TRY(const PlatformImage image, read_platform_image(blobs, descriptor));
    TRY_STATUS(add(descriptor));
    TRY_STATUS(add(image.manifest.config));
    for (const Descriptor& layer : image.manifest.layers) TRY_STATUS(add(layer));
    return {};
  }

  std::vector<Descriptor> take() { return std::move(blobs_); }

 private:
  std::vector<Descriptor> blobs_;
  std::map<Digest, std::uint64_t> sizes_;
};

}  // namespace

Result<ImageParts> parts_of(const BlobStore& blobs, const Descriptor& image,
                            const std::optional<Platform>& platform) {
  Collector collector;
  if (platform) {
    TRY(const PlatformImage one, image_for(blobs, image, platform));
    TRY_STATUS(collector.add_image(blobs, one.descriptor));
    return ImageParts{one.descriptor, collector.take()};
  }
  TRY(const auto manifests, manifests_of(blobs, image));
  TRY_STATUS(collector.add(image));
  for (const Descriptor& manifest : manifests) TRY_STATUS(collector.add_image(blobs, manifest));
  return ImageParts{image, collector.take()};
}

}  // namespace hauberk
