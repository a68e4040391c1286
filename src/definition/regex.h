// Regular expressions of definitions, in Go's syntax, which is RE2's: linear in time and bounded in
// memory whatever the expression (docs/decisions/0010-re2.md).
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hauberk {

// invalid_input: not a regular expression; says why.
Status check_regex(std::string_view regex);

// What the first group of `regex` matches in `text`. invalid_input: not a regular expression, without a
// group, or it matches nothing there.
Result<std::string> first_group(std::string_view regex, std::string_view text);

}  // namespace hauberk
