// From a definition and verified indexes to the closure: which packages, and why each.
//
// Pure: no network, no clock, no file but the mapped indexes. The choice among alternatives is apt's
// (docs/decisions/0004): where nothing is banned, the set is what `apt-get install
// --no-install-recommends` would install into an empty root. Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/platform.h"
#include "deb/package_index.h"
#include "definition/definition.h"
#include "resolve/lock.h"

namespace hauberk {

// One verified Packages file of one platform, and what decides between it and others.
struct SuiteIndex {
  LockedIndex origin;        // recorded in the lock
  PackageIndex packages;
  std::string base_url;      // Filename fields are relative to it: "http://ftp.debian.org/debian"
  int priority = 500;        // apt's: 100 for NotAutomatic with ButAutomaticUpgrades, 1 for NotAutomatic
};

struct ResolveOptions {
  std::map<std::string, std::string> aliases;  // vendor's name -> Debian's
  bool relax_vendor_pins = false;
};

struct Resolution {
  std::vector<LockedPackage> packages;      // for this platform; `index` into the suites given
  std::vector<DroppedDependency> dropped;
  std::vector<std::string> relaxed_pins;
};

// not_found: a listed package or pin that no suite has (with the versions there are, and the nearest
// name); conflict: the closure cannot be satisfied (with the chain from a listed package).
Result<Resolution> resolve(const Definition& definition, Platform platform,
                           std::span<const SuiteIndex> suites, const ResolveOptions& options);

}  // namespace hauberk
