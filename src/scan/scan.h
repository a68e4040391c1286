// Scan: which known holes an image has, and which of them can be closed now.
//
// An inventory is matched against advisories by (distribution release, source package, source version), and
// language packages by (ecosystem, name, version). States are kept apart (FixState); VEX statements hide a
// finding with their reason, and nothing is ever dropped silently. Thread rule: pure functions over a loaded
// feed.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "facts/package.h"
#include "scan/advisories.h"
#include "scan/vex.h"

namespace hauberk {

enum class FixState {
  fixed_available,     // the version in our index is at or above the fix, the installed one below
  fix_in_next_point,   // fixed in the archive's proposed updates
  fixed_elsewhere,     // a fix is known, but no index of ours has it
  open,
  no_dsa,
  postponed,
  ignored,
  end_of_life,
  undetermined,        // shown, never fails a gate
  not_affected,        // fixed_version "0", or the installed version is not in the range
  unimportant,
};

enum class Severity { unknown, negligible, low, medium, high, critical };

std::string_view name_of(FixState state);
std::string_view name_of(Severity severity);
Result<Severity> parse_severity(std::string_view text);

struct Finding {
  std::string id = {};                    // "CVE-2026-0001", "GHSA-...", "TEMP-..."
  std::vector<std::string> aliases = {};  // DSA, GHSA, ...; sorted
  Package::Kind kind = Package::Kind::deb;
  std::string source = {};                // source package, or the language package's name
  std::string installed = {};             // source version, or the language package's
  std::vector<std::string> packages = {};  // binary packages of it in the image, sorted
  std::string fixed_version = {};         // empty: none known
  std::string available_version = {};     // what our index has; empty: no index, or not in it
  FixState state = FixState::open;
  Severity severity = Severity::unknown;
  std::string severity_source = {};       // "debian urgency", "cvss 3.1 of osv", ...
  bool is_known_exploited = false;        // KEV
  std::optional<double> epss = {};        // probability, 0 to 1
  std::string description = {};
  std::string via = {};  // "Built-Using of busybox-static", "Go build information of usr/bin/x"
  std::string note = {};  // the tracker's words for no-dsa, "support ended on ...", ...
  std::optional<VexVerdict> vex = {};  // what hides it, or confirms it

  bool is_hidden() const { return vex && vex->hides(); }

  friend bool operator==(const Finding&, const Finding&) = default;
};

struct FeedUse {  // which feed answered, so that a result can be dated
  std::string name = {};
  std::string digest = {};
  std::string date = {};  // RFC 3339
  bool is_stale = false;  // past its maximum age: results say "unknown"

  friend bool operator==(const FeedUse&, const FeedUse&) = default;
};

struct ScanResult {
  std::string name = {};
  OsRelease os = {};
  std::vector<Finding> findings = {};  // worst first: known exploited, severity, EPSS; then source, id
  std::vector<FeedUse> feeds = {};
  std::vector<std::string> not_judged = {};  // "package: why": third-party .debs, ecosystems without feed
  std::vector<std::string> notes = {};  // "source: limited security support: ..."; what a reader should know
  std::string end_of_life = {};  // what is known of the release's end; empty: supported

  friend bool operator==(const ScanResult&, const ScanResult&) = default;
};

// Newest source version of each source package in our archive's index, by codename.
using AvailableVersions = std::map<std::string, std::string, std::less<>>;

struct ScanOptions {
  const AvailableVersions* available = nullptr;  // null: no index is known, so nothing is "available"
  const AvailableVersions* proposed = nullptr;  // of the archive's proposed updates; null: not known
  const VexIndex* vex = nullptr;  // null: no statements
  std::vector<std::string> image_names = {};  // references and digests that VEX products may name
  bool with_not_affected = false;  // also what feeds name and the image is not affected by
  std::int64_t now = 0;  // seconds since 1970
};

// True for what a gate may act on: neither hidden by VEX nor undetermined, not affected or unimportant.
bool counts(const Finding& finding);

ScanResult scan(const Inventory& inventory, const Advisories& advisories, const ScanOptions& options);

}  // namespace hauberk
