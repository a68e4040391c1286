// What a lock knows of an image that its files do not say: where each package came from, and what the
// definition calls its packages and files.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/platform.h"
#include "resolve/lock.h"
#include "sbom/sbom.h"

namespace hauberk {

// The definition's `mappings` and `files[].spdx`, and the archives of the packages, for one platform.
// invalid_input: the lock's definition cannot be read.
Result<SbomExtras> extras_of(const Lock& lock, Platform platform);

}  // namespace hauberk
