// A file that the user named on the command line, wherever it lies: unlike in Dir, links are followed.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace hauberk {

// The folder and the name of a file, as they were written: links are not resolved. invalid_input: it names
// no file.
struct FilePlace {
  std::string folder;  // absolute
  std::string name;
};
Result<FilePlace> place_of_file(const std::string& path);

// The whole file. not_found: there is none; invalid_input: it is a folder or a device; limit_exceeded: it has
// more than `limit_bytes`.
Result<std::string> read_named_file(const std::string& path, std::uint64_t limit_bytes);

}  // namespace hauberk
