// The tree that all package layers together make, from their facts: who owns each path, and what the image
// must still say about folders.
//
// Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "assemble/package_facts.h"
#include "resolve/lock.h"

namespace hauberk {

struct Tree {
  std::map<std::string, TarEntry> entries;      // by path
  std::map<std::string, std::size_t> layers;    // of files that are no folders: which layer has the bytes

  // Folders whose owner or mode would not be the rule's after extraction (DESIGN section 4: base-files
  // decides, else the first package by name that does not leave it at root 0755): the top layer says them
  // again.
  std::vector<TarEntry> corrections;
};

// One package's facts and the layer that it is in.
struct PlacedPackage {
  const LockedPackage* package;
  const PackageFacts* facts;
  std::size_t layer;
};

// conflict: two packages own one path and neither replaces the other, or one has a folder where the other
// has a file; invalid_input: a path that lies behind another package's link. Packages in the order of the
// layers.
Result<Tree> make_tree(const std::vector<PlacedPackage>& packages);

}  // namespace hauberk
