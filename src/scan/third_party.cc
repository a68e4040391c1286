// SPDX-License-Identifier: Apache-2.0
#include "scan/third_party.h"

#include <algorithm>
#include <array>

#include "base/result.h"
#include "deb/version.h"
#include "scan/version_text.h"

namespace hauberk {
namespace {

// What other distributors write into the versions of their debs. Debian itself writes "+deb12u1", "~deb12u1",
// "~bpo12+1", but a release's name never.
constexpr std::array<std::string_view, 12> foreign_marks = {
    "ubuntu",    "pgdg",    "nodesource", "deb.sury.org", "+maria~", "~bullseye",
    "~bookworm", "~trixie", "~buster",    "~forky",       "+rpt",    "~debian."};

bool has_debian_address(std::string_view maintainer) {
  const std::string text = lowered(maintainer);
  const auto at = text.rfind('@');
  if (at == std::string::npos) return true;  // no address is no sign
  const std::string domain = text.substr(at + 1, text.find('>', at) - at - 1);
  return domain == "debian.org" || domain.ends_with(".debian.org") || domain.ends_with(".debian.net");
}

std::string foreign_mark(std::string_view version) {
  const std::string text = lowered(version);
  for (const std::string_view mark : foreign_marks) {
    if (text.find(mark) != std::string::npos) return std::string(mark);
  }
  return {};
}

}  // namespace

std::string third_party_reason(const Package& package, const KnownVersions& known) {
  if (!package.origin.empty() && lowered(package.origin) != "debian") {
    return fmt::format("its origin is {}, not Debian", package.origin);
  }
  const std::string_view version = package.source_version.empty() ? package.version : package.source_version;
  if (const std::string mark = foreign_mark(version); !mark.empty()) {
    return fmt::format("its version {} is not one of Debian's (\"{}\")", version, mark);
  }
  if (has_debian_address(package.supplier)) return {};
  if (!known.available.empty() && compare_versions(version, known.available) > 0) {
    return fmt::format("its version {} is newer than Debian's {}, and its maintainer is {}", version,
                       known.available, package.supplier);
  }
  if (known.any && known.always_revision && version.find('-') == std::string_view::npos) {
    return fmt::format("its version {} has no Debian revision, and its maintainer is {}", version,
                       package.supplier);
  }
  return {};
}

}  // namespace hauberk
