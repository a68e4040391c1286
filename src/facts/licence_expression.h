// Expressions of licences: SPDX's, and Debian's made into SPDX's.
//
// Spec: SPDX 2.3, annex D; Debian's machine-readable copyright format 1.0, "License specification syntax".
// Input is untrusted text. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hauberk {

// `text` in SPDX's canonical spelling; none if it is no valid expression of known identifiers and
// LicenseRefs, or longer than 2,000 bytes, or nested deeper than 32.
std::optional<std::string> spdx_expression(std::string_view text);

// What package records call a licence: an expression, or free text that names one; else NOASSERTION.
std::string spdx_or_noassertion(std::string_view text);

// The short names of a License field: "GPL-2+ or Artistic, and BSD-3-clause". `and` binds stronger than `or`;
// a comma before one of them turns that round. Names that nobody knows become LicenseRefs, and so does a
// whole text that follows no grammar or is longer than above.
std::string spdx_of_debian_expression(std::string_view text);

}  // namespace hauberk
