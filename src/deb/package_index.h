// The packages of one Packages file, found by name without parsing the rest.
//
// The text stays as it came (mapped from the cache); beside it lie sorted tables of where each package's
// stanza begins, by name and by provided name. Building them is one pass over the text; opening them later
// is a mapping. A stanza is parsed only when the resolver looks at it.
//
// File format (cache; little endian, version in the magic):
//   "hbkidx01" | u64 text size | u32 counts: names, provides | tables of (u32 name offset, u32 stanza offset),
//   sorted by name | text
// Thread rule: const methods from any thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "deb/relation.h"
#include "io/dir.h"
#include "io/stream.h"

namespace hauberk {

// What the resolver and the lock need of a stanza. Views into the index.
struct PackageStanza {
  std::string_view name, version, architecture;
  std::string_view source;          // source package; the name if the stanza says none
  std::string_view source_version;  // the version if the stanza says none
  std::string_view depends, pre_depends, conflicts, breaks, replaces, provides;
  std::string_view priority, section, multi_arch;
  bool essential = false;
  bool important = false;           // Important: yes / Protected: yes
  std::string_view filename, sha256;
  std::uint64_t size_bytes = 0;
  std::uint64_t installed_kib = 0;
  std::uint32_t position = 0;       // stanza number in the file, for apt's order of equals
};

class PackageIndex {
 public:
  // Builds from the text of a Packages file and writes the cache file `path`. invalid_input: a stanza
  // without Package, Version or Architecture, or not of the form; limit_exceeded: above 1 GiB of text.
  static Result<PackageIndex> build(std::string_view text, const Dir& dir, std::string_view path);

  // Maps a cache file written by build; not_found if there is none, conflict if it is of another version.
  static Result<PackageIndex> open(const Dir& dir, std::string_view path);

  // In memory, for tests and small repositories.
  static Result<PackageIndex> of(std::string text);

  // All stanzas of a name (several versions are possible), in the order of the file.
  Result<std::vector<PackageStanza>> find(std::string_view name) const;

  // All stanzas that provide the name (Provides), in the order of the file.
  Result<std::vector<PackageStanza>> providers(std::string_view name) const;

  std::size_t package_count() const;

  // Every package name, sorted, without duplicates: for "did you mean".
  std::vector<std::string_view> names() const;

 private:
  struct Data;
  explicit PackageIndex(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  std::shared_ptr<const Data> data_;  // shared: an index is copied into every resolve that uses it
};

}  // namespace hauberk
