// The rows of a loaded set of feeds, as they lie in memory and in the cache file.
//
// File format (native little endian; every number aligned; version in the magic):
//   "hbkadv02" | u32 CRC-32 of what follows, up to the descriptions | u32 sections |
//   for each section: u64 offset, u64 bytes | sections
// A section is an array of one of the records below, in the order of enum Section; `text` is the bytes that
// TextRef points into. The descriptions come last: they are most of the file and few of them are ever read,
// so that each has a sum of its own. Rows refer to each other by index. A file whose sum is wrong is refused;
// whatever a file with a right sum says, lookups stay within it. Private to src/scan. Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

namespace hauberk {

static_assert(std::endian::native == std::endian::little, "the cache file has the machine's own order");

struct TextRef {
  std::uint32_t offset = 0, size = 0;
  friend bool operator==(const TextRef&, const TextRef&) = default;
};

struct Slice {  // of another section
  std::uint32_t first = 0, count = 0;
};

enum class DebianStatus : std::uint8_t { resolved, open, undetermined };
enum class Urgency : std::uint8_t { not_yet_assigned, unimportant, low, medium, high, end_of_life, other };
enum class NoDsa : std::uint8_t { none, no_dsa, postponed, ignored };
enum class RangeEnd : std::uint8_t { none, fixed, last_affected };
enum class SupportKind : std::uint8_t { ended, limited };

// Where a score or label of a vulnerability comes from.
enum class ScoreSource : std::uint8_t { none, cvss2, cvss30, cvss31, cvss40_label, label };

struct VulnerabilityRecord {  // sorted by id
  TextRef id;
  TextRef description;  // into `descriptions`
  std::uint32_t description_crc = 0;
  Slice aliases;  // into `refs`, sorted
  float score = 0;  // CVSS base score; 0 where there is a label alone
  std::uint8_t severity = 0;  // enum Severity
  ScoreSource score_source = ScoreSource::none;
  std::uint16_t feed = 0;  // that gave the score
};

struct DebianKeyRecord {  // sorted by release, source
  TextRef release, source;
  Slice rows;
};

struct DebianRecord {  // in a slice of one key; sorted by id
  std::uint32_t vulnerability = 0;
  TextRef fixed_version;  // empty: none
  TextRef nodsa;  // the reason in words
  TextRef archive_version;  // newest of `repositories` of this release; empty: not said
  DebianStatus status = DebianStatus::open;
  Urgency urgency = Urgency::other;
  NoDsa nodsa_kind = NoDsa::none;
  std::uint8_t next_point = 0;  // the fix waits for the next point release
};

struct PackageKeyRecord {  // of OSV; sorted by ecosystem, name
  TextRef ecosystem, name;
  Slice rows;
};

struct AffectedRecord {
  std::uint32_t vulnerability = 0;
  TextRef osv_id;  // the record that says so: "GHSA-...", "DSA-..."
  Slice ranges;
  Slice versions;  // into `refs`
};

struct RangeRecord {  // from `introduced` (empty: the beginning) to `end`
  TextRef introduced, end;
  RangeEnd end_kind = RangeEnd::none;
  std::uint8_t is_semver = 0;  // a SEMVER range, whatever the ecosystem's own order
  std::uint16_t unused = 0;
};

struct SupportRecord {
  TextRef release, source, last_version, date, details;  // source may end in ".*"; release may be empty: all
  SupportKind kind = SupportKind::ended;
  std::array<std::uint8_t, 3> unused = {};
};

struct KevRecord {  // sorted by id
  TextRef id, date_added, due_date;
  std::uint32_t ransomware = 0;  // known use in ransomware campaigns
};

struct EpssRecord {  // sorted by key
  std::uint64_t key = 0;  // year << 40 | number
  float probability = 0, percentile = 0;
};

struct FeedRecord {
  TextRef name, kind, digest, date;
  std::int64_t max_age_seconds = 0;
};

enum class Section : std::uint8_t {
  vulnerabilities,
  debian_keys,
  debian_rows,
  package_keys,
  affected,
  ranges,
  support,
  kev,
  epss,
  feeds,
  refs,
  text,
  descriptions
};
constexpr std::size_t section_count = 13;

}  // namespace hauberk
