// Source packages out of a Sources file.
//
// Spec: the Debian repository format (wiki.debian.org/DebianRepository/Format), "Sources"; Debian Policy 5.4.
// The text of a whole suite is some 50 MB: it streams by, and only what is wanted is kept. Thread rule: a
// function.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "deb/checksums.h"
#include "io/stream.h"

namespace hauberk {

// Name and version of a source package, the version as the archive writes it.
using SourceId = std::pair<std::string, std::string>;

struct SourcePackage {
  SourceId id;
  std::string directory;  // below the repository; "." for the repository itself
  std::map<std::string, HashedFile> files;  // by name, which has no slash: .dsc, tarballs, signatures

  friend bool operator==(const SourcePackage&, const SourcePackage&) = default;
};

// Those of `wanted` that the text has, sorted, each once: the first that is listed. Reads to the end.
// invalid_input: a stanza that is none, or a wanted one without files, or whose paths lead out of the
// repository; limit_exceeded: a stanza above 4 MiB.
Result<std::vector<SourcePackage>> find_sources(ByteSource& text, const std::set<SourceId>& wanted);

}  // namespace hauberk
