// Debian's releases: their numbers, names and ends.
//
// The dates are facts of the Debian project, as its distro-info-data lists them. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "facts/package.h"

namespace hauberk {

// "bookworm": what os-release names, else what its number or the words of PRETTY_NAME mean ("12.5",
// "trixie/sid"). Empty: not Debian, or no release that we can tell.
std::string debian_codename(const OsRelease& os);

// "bookworm" for "12", and the other way round; empty if there is none.
std::string_view codename_of_debian(std::string_view number);
std::string_view number_of_debian(std::string_view codename);

// What is known of the end of a release at `now` (seconds since 1970), in a sentence; empty: supported in
// full, or not known to us.
std::string debian_end_of_life(std::string_view codename, std::int64_t now);

}  // namespace hauberk
