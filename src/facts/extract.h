// What one file's bytes say: the one door to the readers of this folder that look at contents.
//
// Whoever walks a layer asks wants_content() for every regular file, and hands the whole content of those to
// extract(). Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "facts/certificate.h"
#include "facts/elf.h"
#include "facts/package.h"

namespace hauberk {

// True if extract() would look into a file of this path (relative to the root) and size that begins with
// `start`: its first 64 bytes, or all of a shorter one. A file of a kind that we know is wanted at any size,
// since extract() says why it does not read one that is too large: callers map such a file instead of holding
// it.
bool wants_content(std::string_view path, std::uint64_t size_bytes, std::span<const std::byte> start);

struct Extracted {
  std::optional<ElfFacts> elf = {};
  std::vector<Package> packages = {};  // their `record` is the path; inside a jar: "path!inner/path"
  std::vector<Licence> licences = {};  // of usr/share/doc/<package>/copyright; the package is in the path
  std::vector<Certificate> certificates = {};
  std::vector<std::string> problems = {};  // what could not be read: "path: why"

  friend bool operator==(const Extracted&, const Extracted&) = default;
};

// Never fails: what cannot be read is a problem.
Extracted extract(std::string_view path, std::span<const std::byte> content);

}  // namespace hauberk
