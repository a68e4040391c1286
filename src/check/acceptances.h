// Acceptances: findings that somebody decided to live with, for a reason and until a day.
//
// They are written under `accepted-findings` in the info.yaml beside an image's definitions, in a file of
// their own, or under `accepted_findings` in config.yaml, never in an image: an image must not excuse itself.
//
//   accepted-findings:
//     - check: ELF-01                  one of docs/checks.md
//       path: usr/bin/python3.*        a path or pattern relative to the root; left out: whatever is found
//       reason: Debian builds the interpreter without PIE
//       until: 2027-06-30              the last day, UTC
//       image: hauberk/python          config.yaml only: which images, a name or pattern
//
// Thread rule: values and pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hauberk {

struct Acceptance {
  std::string check = {};  // "ELF-01"
  std::string path = {};  // a path or pattern relative to the root; empty: any
  std::string reason = {};
  std::string until = {};  // "2027-03-31": accepted through that day, UTC
  std::string image = {};  // "repository", "repository:tag" or a pattern; empty: any

  friend bool operator==(const Acceptance&, const Acceptance&) = default;
};

// The acceptances of a YAML file. `key` is the member that holds the list; other members of the file are not
// looked at, none of that name is an empty list. invalid_input names line and column: an unknown key or
// check, no reason, a date that is none; limit_exceeded: more than 10,000.
Result<std::vector<Acceptance>> parse_acceptances(std::string_view text, std::string_view file,
                                                  std::string_view key);

inline constexpr std::string_view acceptances_key = "accepted-findings";  // info.yaml, own files
inline constexpr std::string_view config_acceptances_key = "accepted_findings";  // config.yaml

// "*" and "?" stay within a part of a path, "**" spans parts. Linear in pattern times text.
bool pattern_fits(std::string_view pattern, std::string_view path);

// Whether the day of `until` has passed at `now` (seconds since 1970).
bool has_ended(const Acceptance& acceptance, std::int64_t now);

// Seconds since 1970 of the first moment of a day "2027-03-31"; invalid_input for anything else.
Result<std::int64_t> start_of_day(std::string_view day);

}  // namespace hauberk
