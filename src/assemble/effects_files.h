// Small files that effects write, and the makers of what an effect adds.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "assemble/effects.h"

namespace hauberk {

// Owned by root, without a time.
AddedFile added_file(std::string path, std::uint32_t mode, std::string content, std::string_view why);
AddedFile added_symlink(std::string path, std::string target, std::string_view why);

// Whether update-shells reads the file: usr/share/debianutils/shells and shells.d/*.
bool is_shells_file(std::string_view path);

// etc/shells and var/lib/shells.state, as update-shells makes them on a fresh system; empty if the closure
// has no template.
std::vector<AddedFile> shells_files(const EffectsInput& input, std::string_view why);

}  // namespace hauberk
