// What an image consists of: the documents and blobs that a copy of it needs, all checked.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
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

// The one manifest for a platform; not_found says which platforms there are. An image that has only one
// manifest and a caller that names no platform: that one; else this machine's.
Result<PlatformImage> image_for(const BlobStore& blobs, const Descriptor& image,
                                const std::optional<Platform>& platform);

struct ImageParts {
  Descriptor root;                // the index or manifest that names all the rest
  std::vector<Descriptor> blobs;  // everything with the root first, each once, in order of need
};

// Everything of the image, or of its one platform.
Result<ImageParts> parts_of(const BlobStore& blobs, const Descriptor& image,
                            const std::optional<Platform>& platform);

}  // namespace hauberk
