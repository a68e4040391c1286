// What the vault has of a lock and is damaged.
//
// A file of the vault was verified when it came in, and a warm build does not hash it again. So damage shows
// where it is used; then the whole lock is looked through once, and what is damaged is fetched again.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "fetch/context.h"

namespace hauberk {

// Whether the vault has the file with other bytes than its name says. What is not there is not damaged.
Result<bool> is_damaged(const Dir& vault, const Digest& digest);

// Hashes every package and file of the lock that is in the vault, and removes those with other bytes than
// their names say, so that they can be fetched again. Returns a sentence about each. Offline, packages are
// not removed, since nothing could take their place: verification_failed names them and the way out.
Result<std::vector<std::string>> remove_damaged(const FetchContext& context, const Lock& lock);

}  // namespace hauberk
