// A suite's Release, believed: signed, the one that was asked for, fresh, and not older than what we had.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "deb/release.h"
#include "fetch/context.h"
#include "fetch/repositories.h"

namespace hauberk {

struct VerifiedRelease {
  Release release;
  Digest digest;                       // of InRelease as fetched
  std::vector<std::string> signed_by;  // empty if the key is trusted on first use only
  std::vector<LockedFile> first_use_keys;  // the keys by URL that vouch for it, if those do
  bool separate_all = false;           // packages of architecture "all" have an index of their own
};

// Online: fetches InRelease, checks it, and keeps it in the vault. Offline: the one we hold, whose freshness
// was judged when it was fetched. not_found: no such suite (offline: never fetched); verification_failed: see
// docs/decisions/0008-gpgv.md; network: the mirror does not answer.
Result<VerifiedRelease> verified_release(const FetchContext& context, const Repository& repository);

// Whether `release` is the suite that was asked for, by its signed Codename or Suite.
Status check_identity(const Release& release, const Repository& repository);

// Whether it may still be believed at `now`: Valid-Until, else the greatest age; nothing from the future.
Status check_freshness(const Release& release, const Repository& repository, int maximum_age_days, Time now);

}  // namespace hauberk
