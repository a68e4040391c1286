// The lines of `packages` and `repositories`.
//
// Spec: DESIGN section 3; sources.list(5) for the deb family; apk-world(5) for Alpine's. deb_repository()
// (definition.h) reads one repository. Thread rule: functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "definition/definition.h"

namespace hauberk {

// "name", "name=version" or "!name". invalid_input says what is wrong, without a place.
Result<PackageRequest> parse_package(std::string_view text);

// Sorted, without duplicates; a plain request is dropped where the same package is also pinned.
std::vector<PackageRequest> merge_packages(std::vector<PackageRequest> requests);

}  // namespace hauberk
