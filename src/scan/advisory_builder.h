// Makes an Advisories table of what the readers of feeds find, in any order.
//
// Private to src/scan. Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "scan/advisories.h"
#include "scan/text_pool.h"

namespace hauberk {

struct FeedMeta {
  std::string name = {};
  std::string kind = {};
  std::string digest = {};
  std::string date = {};  // RFC 3339
  std::int64_t max_age_seconds = 0;
};

// A row of Debian's tracker; views are copied by add().
struct DebianRow {
  std::string_view release, source, fixed_version, nodsa, archive_version;
  std::uint32_t vulnerability = 0;
  DebianStatus status = DebianStatus::open;
  Urgency urgency = Urgency::other;
  NoDsa nodsa_kind = NoDsa::none;
  bool next_point = false;
};

struct VersionRange {
  std::string introduced = {};
  std::string end = {};
  RangeEnd end_kind = RangeEnd::none;
  bool is_semver = false;
};

struct AffectedPackage {
  std::string_view ecosystem, name;  // the name normalised
  std::string_view osv_id;
  std::uint32_t vulnerability = 0;
  std::vector<VersionRange> ranges = {};
  std::vector<std::string_view> versions = {};
};

struct Score {
  float base = 0;             // 0: a label alone
  std::uint8_t severity = 0;  // enum Severity
  ScoreSource source = ScoreSource::none;
};

struct SupportRow {
  std::string_view release, source, last_version, date, details;
  SupportKind kind = SupportKind::ended;
};

class AdvisoryBuilder {
 public:
  // The feed that what follows comes from.
  void begin_feed(const FeedMeta& feed);

  // The number of a vulnerability, new or known. A description is kept if there was none.
  std::uint32_t vulnerability(std::string_view id);
  void describe(std::uint32_t vulnerability, std::string_view description);
  void add_alias(std::uint32_t vulnerability, std::string_view alias);
  // The better source wins: a newer CVSS before an older, a score before a label, the first of equals.
  void add_score(std::uint32_t vulnerability, const Score& score);

  void add(const DebianRow& row);
  void add(const AffectedPackage& package);
  void add(const SupportRow& row);
  void add_known_exploited(std::string_view id, std::string_view added, std::string_view due,
                           bool ransomware);
  void add_epss(std::uint64_t key, float probability, float percentile);

  // The table. invalid_input: a row, or an entry of KEV or EPSS, is there twice; limit_exceeded: too much
  // text. The builder is spent.
  Result<Advisories> finish();

 private:
  struct KeyedDebian {
    TextRef release, source;
    DebianRecord record;
  };
  struct KeyedAffected {
    TextRef ecosystem, name;
    AffectedRecord record;
  };
  std::vector<std::uint32_t> sort_vulnerabilities();
  Status group_debian(const std::vector<std::uint32_t>& ranks);
  void group_affected(const std::vector<std::uint32_t>& ranks);
  Status sort_lists();
  std::unordered_map<std::uint32_t, std::uint32_t> text_ranks(std::vector<TextRef> refs) const;
  std::string file() const;

  TextPool texts_;
  TextPool descriptions_;
  std::vector<VulnerabilityRecord> vulnerabilities_;
  std::unordered_map<std::uint32_t, std::uint32_t> by_id_;  // offset of the interned id -> number
  std::vector<std::pair<std::uint32_t, TextRef>> aliases_;
  std::vector<KeyedDebian> debian_;
  std::vector<KeyedAffected> affected_;
  std::vector<DebianKeyRecord> debian_keys_;
  std::vector<DebianRecord> debian_rows_;
  std::vector<PackageKeyRecord> package_keys_;
  std::vector<AffectedRecord> affected_rows_;
  std::vector<RangeRecord> ranges_;
  std::vector<SupportRecord> support_;
  std::vector<KevRecord> kev_;
  std::vector<EpssRecord> epss_;
  std::vector<FeedRecord> feeds_;
  std::vector<TextRef> refs_;
};

}  // namespace hauberk
