// Relative paths below a directory: what is refused before the kernel is asked, and the way to a name.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "io/dir.h"
#include "io/os.h"

namespace hauberk {

// Where a name stands: the open folder that holds it, and the name itself.
struct Place {
  Fd folder;
  std::string name;
};

// A path as the calls take it. invalid_input: empty, absolute, with ".." or a zero byte.
Result<std::string> checked_path(std::string_view path);

// Opens the folder that holds the last name of `path` below `dir`; `create` makes the folders on the way
// (mode 0700, durable). not_found if one is missing. `dir_name` is for messages.
Result<Place> place_of(Os& os, int dir, std::string_view dir_name, std::string_view path, bool create);

// The error of a failed call on `path`: not_found for ENOENT and ENOTDIR, invalid_input for a link or a
// way out of the directory, else io.
std::unexpected<Error> path_error(std::string_view verb, std::string_view dir_name, std::string_view path,
                                  int error);

}  // namespace hauberk
