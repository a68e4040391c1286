// Any bytes as OSV records: what is taken makes a table whose ranges can be asked.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "scan/osv_feed.h"
#include "scan/scan.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hauberk::AdvisoryBuilder builder;
  builder.begin_feed({"osv", "osv", "", "", 0});
  if (!hauberk::read_osv({reinterpret_cast<const char*>(data), size}, builder)) return 0;
  const auto advisories = builder.finish();
  if (!advisories) return 0;
  hauberk::Inventory inventory;
  for (const auto& key : advisories->package_keys()) {
    const auto rows = advisories->affected(advisories->text(key.ecosystem), advisories->text(key.name));
    if (rows.size() != key.rows.count) std::abort();
    hauberk::Package package;
    package.kind = hauberk::Package::Kind::npm;
    package.name = advisories->text(key.name);
    package.version = "1.0.0";
    inventory.packages.push_back(std::move(package));
  }
  hauberk::scan(inventory, *advisories, {.with_not_affected = true});
  return 0;
}
