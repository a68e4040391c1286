// From upstream to verified bytes: indexes by signature, packages and files by hash, all kept in the vault.
//
// Nothing here returns bytes that were not verified. Thread rule: one Fetcher per thread; several processes
// may fetch into one store.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/progress.h"
#include "definition/definition.h"
#include "io/clock.h"
#include "io/http.h"
#include "resolve/lock.h"
#include "resolve/resolve.h"
#include "store/store.h"

namespace hauberk {

struct FetchOptions {
  bool offline = false;  // only what the vault and the cache hold; what is missing is not_found
};

class Fetcher {
 public:
  Fetcher(Store& store, HttpClient& http, const Clock& clock, Progress& progress, FetchOptions options = {});

  // The indexes of the definition's repositories (or of the defaults for its distribution, where it lists
  // none or a vendor's) for one platform, fetched anew if the suite changed: InRelease verified by gpgv
  // against the repository's keyring, suite, codename, origin and freshness judged, Packages by hash.
  // verification_failed says which check failed and what to do.
  Result<std::vector<SuiteIndex>> indexes(const Definition& definition, Platform platform);

  // Makes sure that every package of the lock is in the vault: in parallel, resumed, hashed while streaming.
  Status packages(const Lock& lock);

  // Makes sure that every file of the definition is in the vault: contents.files by URL, `source:` of paths
  // below `catalog_root` (folders recursively). Returns them for the lock. `definition` is for one platform.
  Result<std::vector<LockedFile>> files(const Definition& definition, const std::string& catalog_root);

 private:
  Store& store_;
  HttpClient& http_;
  const Clock& clock_;
  Progress& progress_;
  FetchOptions options_;
};

}  // namespace hauberk
