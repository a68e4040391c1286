// Paths inside a root, with the links that they lead through.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "tar/entry.h"

namespace hauberk {

// The entry of the root at exactly this path, or null.
using EntryLookup = std::function<const TarEntry*(std::string_view path)>;

// Where `path` leads when symlinks are followed as if the root were "/": absolute targets begin there, ".."
// stays inside. Without `follow_last`, the last part is not followed. None: in a circle, or more than 40
// links. What is not there is no link: so the result need not exist.
std::optional<std::string> resolve_path(std::string_view path, bool follow_last, const EntryLookup& lookup);

// "usr/bin/x" -> "usr/bin"; "x" -> "".
std::string_view folder_of(std::string_view path);
// "usr/bin/x" -> "x".
std::string_view last_part(std::string_view path);
// "usr/bin", "x" -> "usr/bin/x"; "", "x" -> "x".
std::string join_path(std::string_view folder, std::string_view name);

}  // namespace hauberk
