// What a user means by IMAGE: a name with a tag, with a digest, or a digest alone.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "oci/manifest.h"
#include "store/store.h"

namespace hauberk {

struct FoundImage {
  Descriptor descriptor;          // of an index or a manifest
  std::string reference;          // "dhi.io/nginx:1.26"; empty where no tag points to it
  std::vector<std::string> tags;  // all that point to it now, as "repository:tag", sorted
};

// "nginx", "nginx:1.26", "nginx@sha256:...", or "sha256:..." of any index or manifest that the store has.
Result<FoundImage> find_image(const Store& store, const std::string& text);

}  // namespace hauberk
