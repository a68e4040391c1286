// Ruby gems, by the specifications that RubyGems writes when it installs one.
//
// Such a file is Ruby code of a fixed form. It is read as text and never run: what does not have that form
// says nothing. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "facts/package.h"

namespace hauberk {

// True for specifications/<name>-<version>.gemspec and specifications/default/<name>-<version>.gemspec.
bool is_gemspec_path(std::string_view path);

// One package. A name or version that is no plain text is taken from the line "# stub:" or from the file's
// name. limit_exceeded: more than 4 MiB.
Result<std::vector<Package>> read_gemspec(std::string_view path, std::string_view text);

}  // namespace hauberk
