// Which repository of a registry has which blob, as far as we saw: so that a blob can be mounted from there
// instead of being sent again.
//
//   cache/registries/<sha256 of the host>.json    {"version": 1, "blobs": {"sha256:...": "team/nginx"}}
//
// Only a hint: a registry that no longer has the blob asks for it. A file that cannot be read counts as none.
// Thread rule: reading from several threads; one writes.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "io/dir.h"

namespace hauberk {

class KnownBlobs {
 public:
  // `cache` must outlive it.
  static KnownBlobs open(const Dir& cache, std::string_view host);

  // Another repository than `repository` that has it; "" where none is known.
  std::string repository_of(const Digest& digest, std::string_view repository) const;

  // They were not where they had been noted. For add() to write.
  void forget(const std::vector<Digest>& digests);

  // Notes it and writes the file.
  Status add(const std::vector<Digest>& digests, const std::string& repository);

 private:
  KnownBlobs(const Dir& cache, std::string path) : cache_(cache), path_(std::move(path)) {}

  const Dir& cache_;
  std::string path_;
  std::map<std::string, std::string> blobs_;
};

}  // namespace hauberk
