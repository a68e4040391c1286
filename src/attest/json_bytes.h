// Bytes inside of JSON, as Sigstore's and DSSE's documents carry them: base64.
//
// Specs: protocol buffers' ProtoJSON, "bytes" (either alphabet, with or without padding); DSSE envelope.md
// (either alphabet). What signatures cover are the bytes, so their spelling may vary; but a text with letters
// of both alphabets, with white space or with bits that stand for nothing is refused, not repaired. Thread
// rule: a pure function.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace hauberk {

// invalid_input names the member where it is missing, no string, or no base64.
Result<std::string> json_bytes(const Json& object, std::string_view key, std::string_view what);

}  // namespace hauberk
