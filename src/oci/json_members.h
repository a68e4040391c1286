// Optional members of the OCI image format's JSON documents, read from hostile text.
//
// The documents come from other people's tools, some of which write null where they mean "absent"; the
// specification's own tools read it so, and so do we. Thread rule: free functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace hauberk {

// The member, or null where it is absent or JSON's null. `object` must be an object.
const Json* member_of(const Json& object, std::string_view key);

// The string, or "" where it is absent. invalid_input: another type, or a NUL byte in it (no program, file
// or terminal can be given one).
Result<std::string> optional_string(const Json& object, std::string_view key, std::string_view what);

// A list of strings, empty where it is absent. Refuses NUL bytes too.
Result<std::vector<std::string>> optional_strings(const Json& object, std::string_view key,
                                                  std::string_view what);

// An object whose values are strings: annotations and labels.
Result<std::map<std::string, std::string>> optional_string_map(const Json& object, std::string_view key,
                                                               std::string_view what);

}  // namespace hauberk
