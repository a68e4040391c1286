// One member of a tar archive, and the path rules that every archive we read or write must keep.
//
// Spec: POSIX.1-2017 pax, "ustar Interchange Format" and "pax Interchange Format"; GNU tar's long names
// on reading only.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hauberk {

struct TarEntry {
  enum class Type { file, hard_link, symlink, character_device, block_device, directory, fifo };

  Type type = Type::file;
  std::string path = {};  // relative, no "." or ".." or empty parts, no trailing slash; "" is the root
  std::string link_target = {};  // symlink: as stored; hard_link: a path by the same rules as `path`
  std::uint32_t mode = 0;  // permission bits with setuid, setgid, sticky: 07777
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint64_t size_bytes = 0;  // files only, else 0
  std::int64_t mtime_seconds = 0;  // since 1970
  std::uint32_t device_major = 0;
  std::uint32_t device_minor = 0;
  std::map<std::string, std::string> xattrs = {};  // from SCHILY.xattr.*; name -> bytes

  friend bool operator==(const TarEntry&, const TarEntry&) = default;
};

// "file", "hard link", "symlink", ...
std::string_view name_of(TarEntry::Type type);

// Turns "./usr/bin/", "usr//bin" or "/usr/bin" (a leading slash only if `allow_absolute`) into
// "usr/bin". invalid_input: a ".." part, a NUL, more than 4,096 bytes, a part of more than 255 bytes.
Result<std::string> normal_path(std::string_view path, bool allow_absolute = false);

}  // namespace hauberk
