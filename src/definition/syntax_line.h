// The first line of a definition: "# syntax=dhi.io/build:2-debian13".
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "definition/definition.h"

namespace hauberk {

// Reads what stands after "syntax=". invalid_input says what is wrong, without a place.
Result<Syntax> parse_syntax(std::string_view text);

// Looks for the line among the comments that the file begins with. None: there is no such line.
// invalid_input, with file and place: there is one, and it is wrong.
Result<std::optional<Syntax>> find_syntax_line(std::string_view text, std::string_view file);

// Whether what it builds on has apk's packages (Alpine), not Debian's.
bool has_apk_packages(const Syntax& syntax);

}  // namespace hauberk
