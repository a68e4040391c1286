// Images that were assembled before: the same lock is answered without reading a package.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "assemble/assemble.h"

namespace hauberk {

// The image of this lock and platform, if it was assembled before and all its blobs are there
// and good.
std::optional<AssembledImage> find_cached_image(const Store& store, const Lock& lock, Platform platform);

// Remembers it. Failing to is an error of the file system, never of the image.
Status cache_image(const Store& store, const Lock& lock, Platform platform, const AssembledImage& image);

}  // namespace hauberk
