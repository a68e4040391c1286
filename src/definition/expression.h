// The expressions of `#{ }` and `if`.
//
// Spec: DESIGN section 3:
//   choice  = or [ "?" choice ":" choice ]
//   or      = and { "||" and }          and   = equal { "&&" equal }
//   equal   = sum { ("=="|"!=") sum }   sum   = unary { "+" unary }
//   unary   = "!" unary | primary
//   primary = 'string' | "string" | true | false | name { "." name } | "(" choice ")"
// There are two types, text and truth; "true" and "false" as texts count as truths. Every branch is
// checked, taken or not, so that a mistake shows on every platform. Thread rule: functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hauberk {

// What a name stands for; invalid_input if nothing.
using NameLookup = std::function<Result<std::string>(std::string_view name)>;

// The value as text ("true" and "false" for truths). invalid_input says what and at which character.
Result<std::string> evaluate_expression(std::string_view text, const NameLookup& lookup);

// The length of the expression that `text` begins with, up to the "}" that ends it outside of strings;
// npos if it does not end.
std::size_t expression_end(std::string_view text);

}  // namespace hauberk
