// SPDX-License-Identifier: Apache-2.0
#include "tar/entry.h"

namespace hauberk {

std::string_view name_of(TarEntry::Type type) {
  switch (type) {
    case TarEntry::Type::file: return "file";
    case TarEntry::Type::hard_link: return "hard link";
    case TarEntry::Type::symlink: return "symlink";
    case TarEntry::Type::character_device: return "character device";
    case TarEntry::Type::block_device: return "block device";
    case TarEntry::Type::directory: return "directory";
    case TarEntry::Type::fifo: return "fifo";
  }
  return "unknown";
}

Result<std::string> normal_path(std::string_view path, bool allow_absolute) {
  constexpr std::size_t longest_path = 4096;
  constexpr std::size_t longest_part = 255;
  if (path.size() > longest_path) {
    return fail(ErrorKind::invalid_input, "the path \"{}...\" has {} bytes, more than the {} allowed",
                path.substr(0, 60), path.size(), longest_path);
  }
  if (path.find('\0') != std::string_view::npos) {
    return fail(ErrorKind::invalid_input, "the path \"{}\" contains a NUL", path);
  }
  if (path.starts_with('/') && !allow_absolute) {
    return fail(ErrorKind::invalid_input, "the path \"{}\" is absolute", path);
  }
  std::string normal;
  normal.reserve(path.size());
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == "..") return fail(ErrorKind::invalid_input, "the path \"{}\" has a \"..\" part", path);
    if (part.size() > longest_part) {
      return fail(ErrorKind::invalid_input,
                  "the path \"{}...\" has a part of {} bytes, more than the {} allowed", path.substr(0, 60),
                  part.size(), longest_part);
    }
    if (!normal.empty()) normal += '/';
    normal += part;
  }
  return normal;
}

}  // namespace hauberk
