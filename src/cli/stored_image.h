// An image that a verb was asked about: from its reference to the documents of one platform.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "history/tags.h"
#include "publish/parts.h"
#include "store/store.h"

namespace hauberk {

struct StoredImage {
  std::string reference;   // as asked for, with its tag: "hauberk/nginx:1"
  TaggedImage tagged;      // the index or manifest that the reference names
  PlatformImage platform;  // of the platform asked for, else of this machine
};

// not_found: no such image in the store, or none for this platform.
Result<StoredImage> find_stored_image(const Store& store, const std::string& reference,
                                      const std::optional<Platform>& platform);

}  // namespace hauberk
