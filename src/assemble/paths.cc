// SPDX-License-Identifier: Apache-2.0
#include "assemble/paths.h"

#include <fmt/format.h>

#include <algorithm>

namespace hauberk {

std::string merged_path(std::string_view path) {
  const auto first = path.substr(0, path.find('/'));
  const bool is_merged =
      std::find(merged_folders.begin(), merged_folders.end(), first) != merged_folders.end();
  return is_merged ? fmt::format("usr/{}", path) : std::string(path);
}

std::string image_path(std::string_view absolute) {
  while (absolute.starts_with('/')) absolute.remove_prefix(1);
  while (absolute.ends_with('/')) absolute.remove_suffix(1);
  return merged_path(absolute);
}

bool leads_out(std::string_view path, std::string_view target) {
  if (target.starts_with('/')) return false;
  auto depth = std::count(path.begin(), path.end(), '/');
  while (!target.empty()) {
    const auto end = std::min(target.find('/'), target.size());
    const auto part = target.substr(0, end);
    target.remove_prefix(std::min(end + 1, target.size()));
    if (part.empty() || part == ".") continue;
    depth += part == ".." ? -1 : 1;
    if (depth < 0) return true;
  }
  return false;
}

bool is_whiteout(std::string_view path) {
  return path.starts_with(".wh.") || path.find("/.wh.") != std::string_view::npos;
}

std::string_view parent_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

}  // namespace hauberk
