// Points in time as our documents write them: RFC 3339 in UTC, whole seconds.
//
// Time comes only from a Clock (io/clock.h) or from a lock; nothing here asks the operating system.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hauberk {

using Time = std::chrono::sys_seconds;

// "2026-11-24T19:10:25Z"
std::string to_rfc3339(Time time);

// Parses exactly that form (UTC, no fraction); invalid_input otherwise.
Result<Time> parse_rfc3339(std::string_view text);

// Parses a date as Debian's Release files write it: "Sat, 21 Nov 2026 09:15:44 UTC" (or +0000, GMT).
Result<Time> parse_rfc2822(std::string_view text);

inline std::int64_t to_unix(Time time) { return time.time_since_epoch().count(); }
inline Time from_unix(std::int64_t seconds) { return Time(std::chrono::seconds(seconds)); }

}  // namespace hauberk
