// PEM: bytes as text, between two lines that say what they are.
//
// Spec: RFC 7468, strict form ("-----BEGIN X-----", lines of base64, "-----END X-----"), without headers.
// Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hauberk {

struct PemBlock {
  std::string label;
  std::string bytes;
};

inline constexpr std::size_t most_pem_bytes = 64 << 10;

// Exactly one block, nothing but white space around it. `what` names the document in messages. invalid_input;
// limit_exceeded above most_pem_bytes.
Result<PemBlock> parse_pem_block(std::string_view text, std::string_view what);

// Lines of 64 letters, as everybody writes them.
std::string pem_text(std::string_view label, std::string_view bytes);

}  // namespace hauberk
