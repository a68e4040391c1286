// SPDX-License-Identifier: Apache-2.0
#include "scan/version_order.h"

#include "deb/version.h"

namespace hauberk {

MaybeOrdering compare_versions(VersionOrder order, std::string_view a, std::string_view b) {
  constexpr std::size_t longest = 1024;
  if (a.size() > longest || b.size() > longest) return std::nullopt;
  switch (order) {
    case VersionOrder::debian: return compare_versions(a, b);
    case VersionOrder::apk: return compare_apk(a, b);
    case VersionOrder::semver: return compare_semver(a, b);
    case VersionOrder::pep440: return compare_pep440(a, b);
    case VersionOrder::maven: return compare_maven(a, b);
    case VersionOrder::gem: return compare_gem(a, b);
  }
  return std::nullopt;
}

}  // namespace hauberk
