// Points in time as other programs write them.
//
// Spec: RFC 3339, section 5.6, all of it; our own documents have the one form of base/time.h. Thread rule: a
// function.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/time.h"

namespace hauberk {

// "2026-01-31T12:00:00.5+01:00": with fractions of a second, which are cut off, and an offset from UTC; T and
// Z also in small letters. invalid_input otherwise.
Result<Time> parse_any_rfc3339(std::string_view text);

}  // namespace hauberk
