// One step of a scan: from packages of one world to findings, without severity, rank and VEX.
//
// Private to src/scan. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include "scan/scan.h"

namespace hauberk {

// A finding, and the installed packages that it is in: VEX statements may name these.
struct Match {
  Finding finding;
  std::vector<const Package*> packages;
  std::uint32_t vulnerability = 0;
};

struct Matches {
  std::vector<Match> found;
  std::vector<std::string> not_judged;
  std::vector<std::string> notes;
  std::set<std::string, std::less<>> foreign;  // source packages that are not Debian's own, or of no version
};

void match_debian(const Inventory& inventory, const Advisories& advisories, const ScanOptions& options,
                  Matches& matches);

// apk and language packages against OSV, and debs against OSV's Debian records that the tracker's rows do not
// already decide.
void match_osv(const Inventory& inventory, const Advisories& advisories, const ScanOptions& options,
               Matches& matches);

// True if its files are in place, however dpkg's work on it stands.
bool is_in_place(const Package& package);

// Source and version of a deb or apk; where its record names none, its own without the "+b1" of a binary
// rebuild.
std::string_view source_of(const Package& package);
std::string_view source_version_of(const Package& package);

// Debs by source and source version, and what others were built with.
struct SourceGroup {
  std::string source, version;
  std::vector<const Package*> packages;  // of it, or (`via`) with a part of it inside
  std::string via;
};
std::vector<SourceGroup> deb_sources(const Inventory& inventory);

// The version of a source that an index has; "" if there is no index, or it lacks the source.
std::string_view version_in(const AvailableVersions* versions, std::string_view source);

struct ArchiveVersions {  // of one source; "" where not known
  std::string_view available, proposed;
};

// What Debian's row says of an installed version, in one state.
FixState debian_state(const DebianRecord& row, std::string_view fixed_version, std::string_view installed,
                      const ArchiveVersions& archive);

}  // namespace hauberk
