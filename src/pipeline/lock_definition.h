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

// What a lock says of the compressor that this program has: "libdeflate 1.14 level 2".
std::string compressor_text(std::string_view compression);

}  // namespace hauberk
