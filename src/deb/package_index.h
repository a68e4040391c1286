// The packages of one Packages file, found by name without parsing the rest.
//
// The text stays as it came (mapped from the cache); beside it lie hash tables that say where the stanzas of
// a name and of a provided name begin. Building them is one pass over the text; opening them later is a
// mapping that reads nothing but its first page. A stanza is parsed only when somebody looks at it.
//
// File format (cache; numbers are u32 and little endian unless said otherwise; version in the magic):
//   "hbkidx01" | u64 text size | stanza count S | provides count P | name buckets, log2 | provides buckets,
//   log2 | S stanza offsets, ascending | name table:     2^n + 1 bucket starts, S entries (name offset,
//   stanza number) | provides table: 2^m + 1 bucket starts, P entries (name offset, stanza number) | text
// A name's bucket is the top bits of its FNV-1a hash; a bucket's entries stand in the order of the text.
// Whatever the tables of a damaged file say, lookups stay within the text and answer with an error.
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

  // Maps a cache file written by build; not_found if there is none, conflict if it is of another version,
  // invalid_input if it is damaged (then delete it and build it again).
  static Result<PackageIndex> open(const Dir& dir, std::string_view path);

  // In memory, for tests and small repositories. Fails as build does.
  static Result<PackageIndex> of(std::string text);

  // All stanzas of a name (several versions are possible), in the order of the file. invalid_input if one
  // is malformed: a field twice, a Size that is no number, a Filename that leads out of the repository.
  Result<std::vector<PackageStanza>> find(std::string_view name) const;

  // All stanzas that provide the name (Provides), in the order of the file.
  Result<std::vector<PackageStanza>> providers(std::string_view name) const;

  std::size_t package_count() const;

  // The text of the whole file, as it was given to build().
  std::string_view text() const;

  // Every package name, sorted, without duplicates: for "did you mean".
  std::vector<std::string_view> names() const;

 private:
  struct Data;
  explicit PackageIndex(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  std::shared_ptr<const Data> data_;  // shared: an index is copied into every resolve that uses it
};

}  // namespace hauberk
