// Source packages as files in the vault, and those that are not to be had.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/digest.h"
#include "deb/source_index.h"

namespace hauberk {

struct SourceFile {
  std::string name;  // "nginx_1.26.3-3.dsc"
  Digest digest;     // its name in the vault
  std::uint64_t size_bytes = 0;
  std::string url;   // without credentials

  friend bool operator==(const SourceFile&, const SourceFile&) = default;
};

struct FetchedSource {
  SourceId id;
  std::vector<SourceFile> files;  // sorted by name

  friend bool operator==(const FetchedSource&, const FetchedSource&) = default;
};

struct MissingSource {
  SourceId id;
  std::string why;

  friend bool operator==(const MissingSource&, const MissingSource&) = default;
};

struct SourcesOfLock {
  std::vector<FetchedSource> found;    // all of whose files are in the vault now; sorted
  std::vector<MissingSource> missing;  // sorted
};

}  // namespace hauberk
