// The worlds of packages that OSV speaks of: their names there, how they spell a package, how versions are
// ordered.
//
// Spec: the OSV schema, "Defined ecosystems". Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "facts/package.h"
#include "scan/version_order.h"

namespace hauberk {

// "PyPI" of a python package, "Alpine:v3.20" of an apk of Alpine 3.20.3; empty: OSV has no name for it.
std::string ecosystem_of(const Package& package, const OsRelease& os);

// The order of an ecosystem's versions ("Debian:12", "npm"); none if we do not know the ecosystem.
std::optional<VersionOrder> order_of_ecosystem(std::string_view ecosystem);

// A name as the ecosystem compares names: "Django_Allauth" of PyPI is "django-allauth". Both sides of a match
// go through here.
std::string normal_name(std::string_view ecosystem, std::string_view name);

// A version as OSV writes it: Go's "v1.2.3" is "1.2.3", the toolchain's "go1.21rc2" is "1.21.0-rc.2".
std::string normal_version(std::string_view ecosystem, std::string_view version);

}  // namespace hauberk
