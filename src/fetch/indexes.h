// The Packages files of a suite: by hash, unpacked, and as a table that the resolver can look into.
//
// Files: vault (what was fetched, by its digest) and cache/index/<sha256 of the text> (PackageIndex's own
// format); cache/index/<sha256 of the packed file>.text names the text where the Release does not.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "fetch/release.h"

namespace hauberk {

// One Packages file to be had.
struct IndexRequest {
  const Repository* repository = nullptr;
  const VerifiedRelease* release = nullptr;
  std::string component;
  std::string architecture;
};

// The requests for one suite and platform: each component, and "all" where it is apart. A component that the
// suite does not have is not_found; an architecture that it does not have is left out with a warning.
Result<std::vector<IndexRequest>> index_requests(const FetchContext& context, const Repository& repository,
                                                 const VerifiedRelease& release, Platform platform);

// The index, from the cache, the vault or the network. verification_failed: not by the signed hash.
Result<SuiteIndex> verified_index(const FetchContext& context, const IndexRequest& request);

}  // namespace hauberk
