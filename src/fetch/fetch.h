// From upstream to verified bytes: indexes by signature, packages and files by hash, all kept in the vault.
//
// Nothing here returns bytes that were not verified. Thread rule: one Fetcher per thread; several processes
// may fetch into one store.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/progress.h"
#include "definition/definition.h"
#include "fetch/source_files.h"
#include "io/clock.h"
#include "io/http.h"
#include "resolve/lock.h"
#include "resolve/resolve.h"
#include "store/store.h"

namespace hauberk {

struct FetchOptions {
  bool offline = false;  // only what the vault and the cache hold; what is missing is not_found
};

// What the client may do, from the configuration: who may have a private address.
HttpOptions http_options(const Upstreams& upstreams);

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

  // Makes sure that the sources of the lock's packages are in the vault, as far as the repositories of its
  // definition (in parallel, as packages()) still have them; and says which they have not.
  Result<SourcesOfLock> sources(const Definition& definition, const Lock& lock);

  // Looks through what the vault has of the lock, after something in it proved to be damaged: removes those
  // files, so that packages() and files() fetch them again, and returns a sentence about each. Offline a
  // damaged package is verification_failed, and stays.
  Result<std::vector<std::string>> remove_damaged(const Lock& lock);

  // Makes sure that every file of the definition is in the vault: contents.files by URL, `source:` of paths
  // below `catalog_root` (folders recursively). Returns them for the lock, sorted by origin; signing keys
  // that the definition brings by URL and that indexes() relied on are among them. `definition` is for one
  // platform. verification_failed: not the checksum; conflict: what was trusted on first use has changed.
  Result<std::vector<LockedFile>> files(const Definition& definition, const std::string& catalog_root);

 private:
  Store& store_;
  HttpClient& http_;
  const Clock& clock_;
  Progress& progress_;
  FetchOptions options_;
  std::map<std::string, LockedFile> used_keys_;  // by URL: keys trusted on first use that indexes() relied on
};

}  // namespace hauberk
