// What an image consists of: the documents and blobs that a copy of it needs, all checked.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "oci/platform_image.h"

namespace hauberk {

struct ImageParts {
  Descriptor root;                // the index or manifest that names all the rest
  std::vector<Descriptor> blobs;  // everything with the root first, each once, in order of need
  // Manifests of the image's evidence, as a layout lists them: with artifact type and annotations, and with
  // the tag of the older forms for a name. They and what they name are among `blobs` too.
  std::vector<Descriptor> evidence = {};
};

// Everything of the image, or of its one platform.
Result<ImageParts> parts_of(const BlobStore& blobs, const Descriptor& image,
                            const std::optional<Platform>& platform);

}  // namespace hauberk
