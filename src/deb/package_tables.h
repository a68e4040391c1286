// The tables of a PackageIndex: how they are built from the text, and how they are read from untrusted bytes.
//
// Format: see deb/package_index.h. Private to src/deb. Thread rule: values; const methods from any thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hauberk {

struct PackageTableEntry {
  std::uint32_t name_offset;
  std::uint32_t stanza;  // its number in the text, from 0
};

// One pass over the text; returns all of a cache file that stands before the text. Each line must be a
// field, a continuation or empty; each stanza must have one Package, Version and Architecture.
Result<std::string> build_package_tables(std::string_view text);

// A view of a whole cache file, or of tables and text apart.
class PackageTables {
 public:
  // Checks the header and that the sizes add up. `what` names the file in messages.
  static Result<PackageTables> of_file(std::string_view file, std::string_view what);
  static Result<PackageTables> of_parts(std::string_view tables, std::string_view text);

  std::uint32_t stanza_count() const { return stanza_count_; }

  std::string_view text() const { return text_; }

  // From the first line of the stanza to the first of the next one.
  Result<std::string_view> stanza(std::uint32_t number) const;

  // The numbers of the stanzas with this name, or which provide it; ascending.
  Result<std::vector<std::uint32_t>> find_name(std::string_view name) const;
  Result<std::vector<std::uint32_t>> find_provided(std::string_view name) const;

  // The name that an entry of the name table points at, in the table's order; empty if it points nowhere.
  std::string_view name_at(std::uint32_t entry) const;

 private:
  struct Table {
    std::string_view starts, entries;
    unsigned bits = 0;
  };
  Result<std::vector<std::uint32_t>> find(const Table& table, std::string_view name) const;

  std::string_view text_, offsets_;
  Table names_, provides_;
  std::uint32_t stanza_count_ = 0;
};

}  // namespace hauberk
