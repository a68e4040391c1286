// SPDX-License-Identifier: Apache-2.0
#include "assemble/cache_entry.h"

namespace hauberk {

bool has_good_blobs(const Store& store, const std::string& path, std::string_view text,
                    const std::vector<NamedBlob>& blobs) {
  const auto written = store.cache().change_time_ns(path);
  if (!written) return false;
  bool is_newest = true;
  for (const NamedBlob& blob : blobs) {
    const auto size = store.blobs().size_bytes(blob.digest);
    const auto changed = store.dir().change_time_ns(blob_path(blob.digest));
    if (!size || *size != blob.size_bytes || !changed) return false;
    if (*changed < *written) continue;  // the clock's step is coarse: at the same time tells nothing
    if (!check_blob(store.blobs(), blob.digest, blob.size_bytes)) return false;
    is_newest = false;
  }
  // A store that cannot be written to hashes again next time.
  if (!is_newest) static_cast<void>(store.cache().write_cache_file(path, text));
  return true;
}

}  // namespace hauberk
