// The store: $HAUBERK_HOME, one folder with everything that one installation knows.
//
//   config.yaml            upstreams and defaults
//   vault/sha256/<hex>     every .deb, source file and index that an image was made of
//   blobs/sha256/<hex>     OCI blobs
//   locks/                 the lock of each image, by the image's digest
//   suites/                the newest InRelease seen of each suite: nobody takes us back behind it
//   pins/                  what was trusted on first use
//   feeds/                 what is known of holes, as it came (scan/feed_store.h)
//   cache/                 parsed indexes, feeds and facts, layers; can be deleted at any time
//   hauberk.db             tags, history, evidence (history/); hauberk.db.lock is held while it is opened
//   VERSION                "1\n": an older store is migrated, a newer one refused by name
//   tmp/                   files being written
//
// Every write is a temporary file, fsync, rename, fsync of the folder. Thread rule: a Store may be used
// from several threads, and one folder from several processes, at once.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "io/dir.h"
#include "oci/blob_store.h"
#include "store/config.h"

namespace hauberk {

class Store {
 public:
  // The folder that applies: $HAUBERK_HOME, else /var/lib/hauberk for root (or where it is readable and
  // marked as a store), else $XDG_DATA_HOME/hauberk or ~/.local/share/hauberk.
  static std::string default_path();

  // Opens an existing store. not_found says to run `hauberk init`; unsupported: a newer version.
  static Result<std::unique_ptr<Store>> open(const std::string& path, Os& os = real_os());

  // Makes the folder (0700) and its config.yaml; idempotent: an existing store is opened as it is.
  static Result<std::unique_ptr<Store>> init(const std::string& path, const InitAnswers& answers,
                                             Os& os = real_os());

  const std::string& path() const { return dir_.path(); }
  const Config& config() const { return config_; }
  const Dir& dir() const { return dir_; }
  const Dir& vault() const { return vault_; }
  const Dir& cache() const { return cache_; }
  BlobStore& blobs() { return blobs_; }
  const BlobStore& blobs() const { return blobs_; }

  // Removes the unfinished files that killed processes left; those being written stay, also by others.
  Status remove_abandoned() const;

 private:
  Store(Dir dir, Dir vault, Dir cache, Config config);
  Dir dir_, vault_, cache_;
  Config config_;
  DirBlobStore blobs_;
};

// "sha256/<hex>": a file's place in the vault.
std::string vault_path(const Digest& digest);

}  // namespace hauberk
