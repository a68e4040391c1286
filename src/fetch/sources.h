// The Debian sources that the packages of a lock were built from.
//
// They are looked for in the source indexes of the repositories that the packages came from, as these are
// now; what is not there (any more) is no error: it is said. Thread rule: a function, from any thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "fetch/context.h"
#include "fetch/repositories.h"
#include "fetch/source_files.h"
#include "resolve/lock.h"

namespace hauberk {

// Signed and by hash, like packages. Errors as Fetcher::indexes() and Fetcher::packages().
Result<SourcesOfLock> fetch_sources(const FetchContext& context, const std::vector<Repository>& repositories,
                                    const Lock& lock);

}  // namespace hauberk
