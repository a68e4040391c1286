// One layer of packages: .debs in, a compressed tar and the facts of each package out, in one pass.
//
// Nothing is unpacked to disk and nothing is run. Each .deb is hashed while it streams and compared with the
// lock; entries are taken over in the order of the package, with merged-/usr paths, hardened modes and
// without what guards leave out; dpkg's record follows each package's files. The layer's bytes depend only
// on the packages, the guards, the record's style and the recipe. Thread rule: pure but for the store;
// several layers may be made at once.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "assemble/dpkg_record.h"
#include "assemble/grouping.h"
#include "assemble/guards.h"
#include "assemble/package_facts.h"
#include "base/progress.h"
#include "io/compression.h"
#include "store/store.h"

namespace hauberk {

struct LayerOptions {
  GuardStates guards;
  RecordStyle record = RecordStyle::status_d;
  Compression compression = Compression::gzip;
  int level = 6;
  int recipe = 0;
};

// A layer in the blob store.
struct Layer {
  Digest digest;
  Digest diff_id;
  std::uint64_t size_bytes = 0;
  bool cached = false;                     // was there already
  std::string name;                        // the group's
  std::vector<std::string> packages;       // "name=version", in the order of the layer
  std::vector<std::string> facts_keys;     // of the facts in the cache, one for each package

  friend bool operator==(const Layer&, const Layer&) = default;
};

// Whether a layer may come from the cache.
enum class LayerCache { used, ignored };

// The layer of a group: from the cache if these packages were seen before, else made. verification_failed: a
// .deb in the vault is not the lock's; invalid_input: a package that breaks the rules of tar/entry.h, has a
// device, a hard link to nothing or a link out of the root; conflict: two packages of the group own one path.
Result<Layer> package_layer(Store& store, const LayerGroup& group, const LayerOptions& options,
                            Progress& progress, LayerCache cache = LayerCache::used);

}  // namespace hauberk
