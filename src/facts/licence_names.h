// Names of licences: which are SPDX's own, and what others call them.
//
// Spec: the SPDX licence list. The table holds the licences that packages of our worlds really use; a name
// that is not in it is never taken for one of SPDX's. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hauberk {

// The identifier as SPDX spells it; none if `name` is not one (case does not matter). The names that SPDX
// gave up
// ("GPL-2.0", "GPL-2.0+") give what took their place.
std::optional<std::string> spdx_licence(std::string_view name);

// The same for what stands behind WITH.
std::optional<std::string> spdx_exception(std::string_view name);

// For free text as package records and manifests have it: an SPDX identifier, a usual name ("MIT License"), a
// classifier of Python's index or the address of the text. None where it names no single licence ("BSD").
std::optional<std::string> spdx_licence_of_text(std::string_view text);

// A name of Debian's copyright format: "GPL-2+" is "GPL-2.0-or-later", "Expat" is "MIT", "GPL-2+ with
// Autoconf exception" is given in two parts. Unknown names become a LicenseRef.
std::string spdx_of_debian(std::string_view name);
std::string spdx_of_debian(std::string_view name, std::string_view exception);

// "LicenseRef-" and the name, each run of characters that SPDX does not allow there written as one hyphen.
std::string licence_ref(std::string_view name);

}  // namespace hauberk
