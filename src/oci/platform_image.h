// One platform's image out of a blob store: its documents, all checked.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/platform.h"
#include "oci/blob_store.h"
#include "oci/config.h"
#include "oci/manifest.h"

namespace hauberk {

// One platform's image.
struct PlatformImage {
  Descriptor descriptor;    // of the manifest
  Manifest manifest;
  ImageConfig config;
  std::string config_text;  // the blob's exact bytes
};

// Reads manifest and config. verification_failed: the stored bytes are not the ones of the descriptor;
// invalid_input: the config has another number of layers than the manifest.
Result<PlatformImage> read_platform_image(const BlobStore& blobs, const Descriptor& manifest);

// The manifests of an image, which is an index or one manifest itself.
Result<std::vector<Descriptor>> manifests_of(const BlobStore& blobs, const Descriptor& image);

// The manifests of images below `roots`, through indexes within indexes: what programs other than ours write
// too. Attestations and artifacts are left out; a manifest whose entry names no platform gets its config's.
// limit_exceeded: more than 4 indexes deep, or 2,000 manifests.
Result<std::vector<Descriptor>> images_below(const BlobStore& blobs, const std::vector<Descriptor>& roots);

// The manifest for the platform; where none is named, the only one, this machine's, or the first. not_found
// says which platforms there are; `name` is for its message.
Result<Descriptor> choose_platform(const std::vector<Descriptor>& manifests,
                                   const std::optional<Platform>& platform, std::string_view name);

// "linux/amd64", or "unknown".
std::string platform_text(const Descriptor& manifest);

// The one manifest for a platform; not_found says which platforms there are. An image that has only one
// manifest and a caller that names no platform: that one; else this machine's.
Result<PlatformImage> image_for(const BlobStore& blobs, const Descriptor& image,
                                const std::optional<Platform>& platform);

}  // namespace hauberk
