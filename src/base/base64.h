// Base64, as keys, signatures and JSON documents carry bytes in text.
//
// Spec: RFC 4648, section 4 (and section 5 for the URL alphabet). Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hauberk {

// With padding, without line breaks.
std::string base64_of(std::string_view bytes);

// Accepts exactly what base64_of() gives, so that each value has one spelling. invalid_input: another letter,
// white space, a wrong length, missing or surplus padding, bits set that stand for nothing.
Result<std::string> parse_base64(std::string_view text);

// The same for the URL alphabet ("-" and "_"), without padding, as JSON Web Tokens write it.
Result<std::string> parse_base64url(std::string_view text);

}  // namespace hauberk
