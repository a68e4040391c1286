// What a new state of a feed turns off: findings that the old one would give and the new one would not.
//
// The rule, from DESIGN section 8 ("turns findings off without a version in the archive"). Listed is
//  - of Debian's tracker, a row (release, source, CVE) that gave a finding to act on, and that now
//      is gone; says "not affected" (fixed_version "0"); is unimportant or undetermined;
//      is resolved in an earlier version than before;
//      is resolved where it was not, in a version that the tracker does not show to be in the archive, or
//      that was in the archive already when the old state called it open;
//  - of OSV, a package of a record that is gone or withdrawn, or whose ranges and versions no longer cover
//  what they
//    covered, unless they only end where they had no end: that is a fix;
//  - of KEV, an entry that is gone.
// A fix that came into the archive is not listed: it is what a feed is for. A row that was only shown before
// (unimportant, undetermined) is not either. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "scan/advisories.h"

namespace hauberk {

// One line each, sorted: "openssl in bookworm: CVE-2026-0001: was open, now is gone".
std::vector<std::string> turned_off(const Advisories& before, const Advisories& after);

}  // namespace hauberk
