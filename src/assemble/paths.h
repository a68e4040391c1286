// The path rules that every tree we make keeps: merged /usr, links that stay inside, no whiteouts.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace hauberk {

// The folders that are links into /usr on a merged system (Debian 12 and later).
inline constexpr std::array<std::string_view, 7> merged_folders = {"bin",   "lib",    "lib32", "lib64",
                                                                   "libo32", "libx32", "sbin"};

// "lib/x" becomes "usr/lib/x"; other paths stay. `path` is relative and normalised.
std::string merged_path(std::string_view path);

// The path inside the image that an absolute path means: "/lib/x/" becomes "usr/lib/x".
std::string image_path(std::string_view absolute);

// Whether a relative link target leads above the root, seen from the folder of `path`. An absolute target
// starts at the image's own root and so stays inside.
bool leads_out(std::string_view path, std::string_view target);

// Whether a part of the path is a whiteout's name, which in a layer removes files instead of adding one.
bool is_whiteout(std::string_view path);

// "usr/bin" of "usr/bin/env"; empty for a top-level name.
std::string_view parent_of(std::string_view path);

}  // namespace hauberk
