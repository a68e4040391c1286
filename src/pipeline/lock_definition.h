// From a definition to its lock, for all platforms asked for.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "fetch/fetch.h"
#include "pipeline/source.h"
#include "resolve/lock.h"
#include "store/store.h"

namespace hauberk {

struct LockRequest {
  std::vector<Platform> platforms;   // empty: the definition's
  std::string allow;                 // guards to switch off, besides the definition's own
  std::string compression;           // "gzip", "zstd"; empty: the definition's, else the configuration's
};

// `created` stays empty: it is known once the packages have been read.
Result<Lock> lock_definition(const DefinitionSource& source, const LockRequest& request, const Store& store,
                             Fetcher& fetcher);

}  // namespace hauberk
