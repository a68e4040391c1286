// Lists of files with their hashes, as Release files (SHA256) and source packages (Checksums-Sha256) have
// them: a line each, "<sha256> <size> <path>".
//
// Spec: Debian Policy 5.6.24; wiki.debian.org/DebianRepository/Format. Thread rule: a function.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/digest.h"

namespace hauberk {

struct HashedFile {
  Digest digest;
  std::uint64_t size_bytes = 0;

  friend bool operator==(const HashedFile&, const HashedFile&) = default;
};

// The field's value, by path. Every path stays below the place that it is relative to, and holds nothing that
// a URL would take for something else. invalid_input: a line of another form, or two contents for one path;
// limit_exceeded: more than `most` files. `field` is its name, for messages.
Result<std::map<std::string, HashedFile>> parse_checksums(std::string_view value, std::string_view field,
                                                          std::size_t most);

// Whether the path has parts alone that lead downwards: none is empty, "." or "..".
bool is_path_below(std::string_view path);

}  // namespace hauberk
