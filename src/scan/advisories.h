// What all feeds together say, in one compact table: the thing that images are matched against.
//
// It is made once from the feeds' texts (scan/advisory_builder.h), written to the cache, and mapped from
// there: opening it reads the file once for its sum and builds nothing. Format: scan/advisory_table.h. Thread
// rule: const methods from any thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "io/dir.h"
#include "scan/advisory_table.h"

namespace hauberk {

class Advisories {
 public:
  // No feed at all.
  Advisories();

  // The bytes of a cache file. invalid_input: damaged; conflict: of another version of this program.
  static Result<Advisories> of(std::string bytes);

  // Maps a cache file; not_found if there is none, else as of().
  static Result<Advisories> open(const Dir& dir, std::string_view path);

  // The whole table, as a cache file has it.
  std::string_view bytes() const;

  // What Debian's tracker says of a source package in a release; sorted by id.
  std::span<const DebianRecord> debian_rows(std::string_view release, std::string_view source) const;
  std::span<const DebianKeyRecord> debian_keys() const;
  // True if the tracker has any row for the release.
  bool knows_release(std::string_view release) const;

  // What OSV says of a package; the name as its ecosystem normalises it (scan/ecosystem.h).
  std::span<const AffectedRecord> affected(std::string_view ecosystem, std::string_view name) const;
  std::span<const PackageKeyRecord> package_keys() const;
  bool knows_ecosystem(std::string_view ecosystem) const;

  std::span<const RangeRecord> ranges(Slice slice) const;
  std::span<const TextRef> refs(Slice slice) const;
  std::span<const SupportRecord> support() const;
  std::span<const FeedRecord> feeds() const;

  std::span<const VulnerabilityRecord> vulnerabilities() const;
  // An empty record for an index that is none.
  const VulnerabilityRecord& vulnerability(std::uint32_t index) const;
  // By id; null if no feed has it.
  const VulnerabilityRecord* find(std::string_view id) const;

  const KevRecord* known_exploited(std::string_view id) const;
  std::span<const KevRecord> kev() const;
  std::optional<double> epss(std::string_view id) const;

  // "" for a reference that leads out of the text.
  std::string_view text(TextRef ref) const;
  // Empty: none, or damaged in the cache.
  std::string_view description(const VulnerabilityRecord& record) const;

 private:
  struct Data;
  explicit Advisories(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  template <class Record>
  std::span<const Record> section(Section section) const;
  std::shared_ptr<const Data> data_;  // shared: a table is handed to several threads and never changes
};

// "CVE-2026-12345" as a number that sorts by year and number; none for any other id.
std::optional<std::uint64_t> cve_key(std::string_view id);

}  // namespace hauberk
