// The patterns of `includes` and `excludes`: "opt/**", "usr/local/bin/*".
//
// "*" and "?" stay within a part of the path, "**" spans parts (also none), a pattern that names a folder
// takes all below it. Thread rule: pure.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace hauberk {

// Linear in pattern times path. Leading "/" and "./" of the pattern are ignored.
bool glob_matches(std::string_view pattern, std::string_view path);

}  // namespace hauberk
