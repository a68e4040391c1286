// SPDX-License-Identifier: Apache-2.0
#include "assemble/glob.h"

#include <vector>

namespace hauberk {
namespace {

// One row of the table "does the pattern up to here match the path up to there", character by character.
bool matches_whole(std::string_view pattern, std::string_view path) {
  std::vector<bool> row(path.size() + 1, false);
  row[0] = true;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    std::vector<bool> next(path.size() + 1, false);
    const auto starts_part = [&](std::size_t j) { return j == 0 || path[j - 1] == '/'; };
    if (pattern.substr(i, 3) == "**/") {  // any number of whole parts, also none
      bool reached = false;
      for (std::size_t j = 0; j <= path.size(); ++j) {
        reached = reached || (row[j] && starts_part(j));
        next[j] = reached && starts_part(j);
      }
      i += 2;
    } else if (pattern[i] == '*') {
      const bool spans = pattern.substr(i, 2) == "**";
      bool reached = false;
      for (std::size_t j = 0; j <= path.size(); ++j) {
        reached = reached || row[j];
        next[j] = reached;
        if (j < path.size() && path[j] == '/' && !spans) reached = false;
      }
      if (spans) ++i;
    } else {
      for (std::size_t j = 0; j < path.size(); ++j) {
        const bool same = pattern[i] == path[j] || (pattern[i] == '?' && path[j] != '/');
        next[j + 1] = row[j] && same;
      }
    }
    row = std::move(next);
  }
  return row[path.size()];
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view path) {
  if (pattern.starts_with("./")) pattern.remove_prefix(2);
  while (pattern.starts_with('/')) pattern.remove_prefix(1);
  while (pattern.ends_with('/')) pattern.remove_suffix(1);
  for (;;) {
    if (matches_whole(pattern, path)) return true;
    const auto slash = path.rfind('/');
    if (slash == std::string_view::npos) return false;
    path = path.substr(0, slash);
  }
}

}  // namespace hauberk
