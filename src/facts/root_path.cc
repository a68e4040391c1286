// SPDX-License-Identifier: Apache-2.0
#include "facts/root_path.h"

#include <fmt/format.h>

#include <algorithm>

namespace hauberk {
namespace {

constexpr int links_limit = 40;                 // as Linux has it
constexpr std::size_t pending_limit = 1 << 16;  // of text still to walk: links that multiply each other

}  // namespace

std::optional<std::string> resolve_path(std::string_view path, bool follow_last, const EntryLookup& lookup) {
  std::string at, rest(path);
  for (int links = 0; !rest.empty();) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string part = rest.substr(0, end);
    rest.erase(0, std::min(end + 1, rest.size()));
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      at = folder_of(at);
      continue;
    }
    std::string next = join_path(at, part);
    const bool is_last = rest.find_first_not_of('/') == std::string::npos;
    const TarEntry* entry = is_last && !follow_last ? nullptr : lookup(next);
    if (entry == nullptr || entry->type != TarEntry::Type::symlink) {
      at = std::move(next);
      continue;
    }
    if (++links > links_limit || rest.size() + entry->link_target.size() > pending_limit) return std::nullopt;
    if (entry->link_target.starts_with('/')) at.clear();
    rest = fmt::format("{}/{}", entry->link_target, rest);
  }
  return at;
}

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view last_part(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string join_path(std::string_view folder, std::string_view name) {
  std::string path;
  path.reserve(folder.size() + 1 + name.size());
  path += folder;
  if (!folder.empty()) path += '/';
  path += name;
  return path;
}

}  // namespace hauberk
