// What a token server answers: the word that opens the registry for a while.
//
// Spec: Docker's token authentication ("Token Response Fields") and its OAuth2 form. Hostile text: limits as
// below. Thread rule: a pure function.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hauberk {

struct TokenAnswer {
  std::string token;               // printable, without blanks: it becomes part of a header
  std::chrono::seconds lifetime{60};  // from now; what the server says, between 0 and a day
};

// invalid_input: no such answer, or a token that no header can carry; limit_exceeded: more than 256 KiB, or
// a token of more than 64 KiB.
Result<TokenAnswer> parse_token_answer(std::string_view text);

}  // namespace hauberk
