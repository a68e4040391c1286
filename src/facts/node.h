// Node packages, by their package.json.
//
// A package.json is evidence of a package where npm puts one (node_modules/<name>,
// node_modules/@<scope>/<name>) and where an app or a distribution's package has its own. Deeper files of a
// package (test fixtures, marks of a module type) are not, and lock files only say what would be installed.
// Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "facts/package.h"

namespace hauberk {

bool is_node_package_path(std::string_view path);

// One package, or none if the file has no name or no version: then it describes no package. invalid_input:
// not JSON; limit_exceeded: more than 4 MiB, or nested too deep.
Result<std::vector<Package>> read_node_package(std::string_view path, std::string_view text);

}  // namespace hauberk
