// What our archive's verified indexes have of the packages of an image: which fixes can be had now.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "facts/package.h"
#include "fetch/fetch.h"
#include "scan/scan.h"

namespace hauberk {

struct ArchiveState {
  AvailableVersions available;  // newest source version of each source package of the image
  AvailableVersions proposed;   // of suites that are called ...-proposed-updates
};

// From the default repositories of the image's Debian release. With a fetcher that is offline, from the
// indexes that were fetched and verified before; not_found: there are none. unsupported: the image is not of
// a release that the configuration has repositories for.
Result<ArchiveState> archive_state(const Inventory& inventory, Fetcher& fetcher);

// The same of indexes at hand.
Result<ArchiveState> archive_state(const Inventory& inventory, const std::vector<SuiteIndex>& indexes);

}  // namespace hauberk
