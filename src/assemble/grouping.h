// Which packages share a layer.
//
// DESIGN section 5: packages of one source package together, the largest groups each a layer, the rest
// together, at most 16. Packages of which one replaces files of the other always share a layer, so that its
// bytes depend only on the packages in it. Thread rule: pure.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "resolve/lock.h"

namespace hauberk {

struct LayerGroup {
  std::string name;                            // the source package, or "other packages"
  std::vector<const LockedPackage*>
      packages;  // replacers before those whose files they replace, then by name

  std::uint64_t size_bytes() const;            // of the .debs
};

// Whether `a` says (Replaces) that it may take over files of `b`.
Result<bool> may_replace(const LockedPackage& a, const LockedPackage& b);

inline constexpr std::size_t most_package_layers = 16;

// The groups of one platform's packages, in the order of the layers: base-files' first, then by name.
// `Lock::packages` must outlive the result.
Result<std::vector<LayerGroup>> group_packages(const Lock& lock, Platform platform);

}  // namespace hauberk
