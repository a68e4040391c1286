// A file of the cache that speaks for blobs: whether it may still be believed.
//
// A warm build cannot hash every blob again. It need not: an entry is written after the blobs it names, so a
// blob that was changed since then shows by its time (ctime, which nobody sets), and only such a one is
// hashed. What goes bad on the disk without being written shows when it is read: copies are always verified.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

namespace hauberk {

struct NamedBlob {
  Digest digest;
  std::uint64_t size_bytes = 0;
};

// Whether all blobs that the entry `path` of the cache names are there and good. If some were changed after
// the entry was written and are good all the same (as in a store that was copied), the entry is written
// again, so that they are hashed once. `text` is the entry's.
bool has_good_blobs(const Store& store, const std::string& path, std::string_view text,
                    const std::vector<NamedBlob>& blobs);

}  // namespace hauberk
