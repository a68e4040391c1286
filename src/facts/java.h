// Java libraries, by what their archives say: Maven's properties, else the manifest, else the file's name.
//
// Archives in archives (the libraries of a war, of an ear, of an executable jar) are read too, three deep.
// The file is hostile input: sizes, ratios, numbers and depth are limited. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "facts/package.h"

namespace hauberk {

// True for *.jar, *.war and *.ear.
bool is_java_archive_path(std::string_view path);

struct JavaArchive {
  std::vector<Package> packages =
      {};     // in the order of the archive's directory; `record` is "path!inner/path"
  std::vector<std::string> problems = {}; // "path!inner/path: why": the rest is read all the same
};

// A package is named "group:artifact", or "artifact" where no group is stated.
JavaArchive read_java_archive(std::string_view path, std::span<const std::byte> bytes);

}  // namespace hauberk
