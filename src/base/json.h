// JSON in and out: strict reading of untrusted text, canonical writing.
//
// Reading refuses what parsers disagree about (duplicate keys, trailing bytes, invalid UTF-8) and what
// exhausts a machine (depth, size). Writing is canonical: members sorted by their bytes, no spaces, no
// locale; the same value always gives the same bytes, so documents can be named by their digest.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hauberk {

using Json = nlohmann::json;

struct JsonLimits {
  std::size_t size_bytes = 4 << 20;
  std::size_t depth = 64;
};

// Parses the whole of `text`. invalid_input: not JSON, duplicate key, bytes after the value (with the
// byte offset); limit_exceeded: too long or too deep.
Result<Json> parse_json(std::string_view text, const JsonLimits& limits = {});

// Canonical bytes: sorted members, no white space, no final newline.
std::string canonical_json(const Json& value);

// The same order, indented by two spaces and ended by a newline: for people and golden files.
std::string pretty_json(const Json& value);

// A member of an object, of the type asked for. invalid_input names the member if it is missing or of
// another type. `what` names the document in the message, for example "lock".
Result<std::string> json_string(const Json& object, std::string_view key, std::string_view what);
Result<std::uint64_t> json_size(const Json& object, std::string_view key, std::string_view what);
Result<const Json*> json_array(const Json& object, std::string_view key, std::string_view what);
Result<std::vector<std::string>> json_strings(const Json& object, std::string_view key,
                                              std::string_view what);
Result<const Json*> json_object(const Json& object, std::string_view key, std::string_view what);

}  // namespace hauberk
