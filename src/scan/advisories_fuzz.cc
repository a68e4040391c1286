// Any bytes as a cache file, with the sum mended: whatever the tables say, lookups stay within them.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "scan/advisories.h"
#include "scan/advisory_file.h"
#include "scan/scan.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using hauberk::Advisories, hauberk::AdvisoryFileHeader, hauberk::Inventory, hauberk::Package;
  using hauberk::advisory_crc;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.size() >= sizeof(AdvisoryFileHeader)) {
    const std::uint32_t crc = advisory_crc(bytes);
    std::memcpy(bytes.data() + offsetof(AdvisoryFileHeader, crc), &crc, sizeof crc);
  }
  const auto advisories = Advisories::of(std::move(bytes));
  if (!advisories) return 0;
  Inventory inventory;
  inventory.os = {"debian", "12", "bookworm", ""};
  for (const auto& key : advisories->debian_keys()) {
    Package package;
    package.kind = Package::Kind::deb;
    package.name = advisories->text(key.source);
    package.version = "1-1";
    inventory.packages.push_back(std::move(package));
    if (inventory.packages.size() > 20) break;
  }
  scan(inventory, *advisories, {.with_not_affected = true});
  for (const auto& record : advisories->vulnerabilities()) {
    advisories->find(advisories->text(record.id));
    advisories->known_exploited(advisories->text(record.id));
    advisories->description(record);
  }
  return 0;
}
