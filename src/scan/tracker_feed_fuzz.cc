// Any text as the tracker's JSON: what is taken makes a table that opens again.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "scan/tracker_feed.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hauberk::AdvisoryBuilder builder;
  if (!hauberk::read_debian_tracker({reinterpret_cast<const char*>(data), size}, builder)) return 0;
  const auto advisories = builder.finish();
  if (!advisories) return 0;
  for (const auto& key : advisories->debian_keys()) {
    const auto rows = advisories->debian_rows(advisories->text(key.release), advisories->text(key.source));
    if (rows.size() != key.rows.count) std::abort();
  }
  return 0;
}
