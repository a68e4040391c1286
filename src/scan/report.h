// A scan's result for people and for programs: a table, JSON, SARIF; and the gate on it.
//
// Strings of feeds, packages and images stand in these texts as they came: who prints to a terminal passes
// them through terminal_text(). Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "scan/scan.h"

namespace hauberk {

// Grouped by source package, the worst first. `all` also lists what is hidden by VEX, unimportant or
// undetermined one by one; without it they are counted.
std::string table_of(const ScanResult& result, bool all);

Json json_of(const ScanResult& result);

// Indented, and with every character outside ASCII escaped: safe for any terminal as it is.
std::string ascii_json(const Json& value);

// SARIF 2.1.0: a rule for each vulnerability, a result for each finding; what VEX hides is a suppressed
// result.
Json sarif_of(const ScanResult& result);

// What a scan must not have: findings of at least a severity, known exploited ones, those that can be closed
// now.
struct FailOn {
  std::optional<Severity> severity = {};
  bool fixable = false;    // only (or, without severity, all) that are fixed and available
  bool exploited = false;
  bool any = false;

  bool is_set() const { return severity || fixable || exploited || any; }
};

// "critical", "high", "fixable", "exploited", "any", or several with commas: "high,fixable" is high and
// fixable.
Result<FailOn> parse_fail_on(std::string_view text);

// The findings that the gate refuses, in the order of the result.
std::vector<const Finding*> refused(const ScanResult& result, const FailOn& fail_on);

// The names of the feeds that are too old to be believed.
std::vector<std::string> stale_feeds(const ScanResult& result);

}  // namespace hauberk
