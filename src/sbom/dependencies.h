// Which of the packages present satisfies which dependency of another.
//
// Spec: Debian Policy 7.1 and 7.5 (alternatives, virtual packages); apk's "so:", "cmd:" and plain names;
// names of language packages. Of alternatives the first that holds is taken, a package of the name before one
// that provides it. What nothing present satisfies has no edge. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "facts/package.h"

namespace hauberk {

// For each package the others that it depends on: sorted, unique, without itself; cycles are as they are.
std::vector<std::vector<std::size_t>> resolve_dependencies(const std::vector<Package>& packages);

}  // namespace hauberk
