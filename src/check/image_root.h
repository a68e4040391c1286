// The final root of an image by path, and where its links lead.
//
// Links are followed as inside a container: an absolute target begins at the image's root. Unlike the kernel,
// which stays at the root, a link that climbs above it is told apart: unpacked somewhere else it leads out.
// Holds views into the Facts, which must outlive it. Thread rule: read-only once made.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "facts/facts.h"
#include "facts/root_path.h"

namespace hauberk {

class ImageRoot {
 public:
  explicit ImageRoot(const Facts& facts);

  // The file at exactly this path, without following anything; null: none, or a folder that is only implied.
  const File* find(std::string_view path) const;

  // A folder that an entry says or that a path below it implies; "" always.
  bool has_folder(std::string_view path) const;

  struct Target {
    enum class Kind { there, missing, outside, circle };
    Kind kind = Kind::missing;
    std::string path = {};  // where it ended: the real path, or the one that is missing
    const File* file = nullptr;  // null for an implied folder and where nothing is there
  };

  // Follows `path`, absolute or relative to the root, through all links on its way and at its end.
  Target follow(std::string_view path) const;

  // The regular file that `path` leads to, or null.
  const File* regular(std::string_view path) const;

 private:
  std::unordered_map<std::string_view, const File*> files_;
  std::unordered_set<std::string_view> folders_;
};

bool is_regular(const TarEntry& entry);  // a file or a hard link to one
bool is_executable(const TarEntry& entry);  // regular, and somebody may start it

// True if `path` is `folder` or below it; everything is below "".
bool is_below(std::string_view path, std::string_view folder);
// An absolute or relative path without leading, trailing and double slashes and "."; ".." goes up, at most to
// the root.
std::string plain_path(std::string_view path);

}  // namespace hauberk
