// What the image's user may change: by mode and owner of the files themselves and of every folder above them.
//
// A file whose folder can be written can be replaced, whatever its own mode. The user counts as a member of
// group 0 too: container platforms that pick the user themselves give it that group. Root is not asked about
// here: it may write everything. Thread rule: one thread (answers are kept).
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "check/image_accounts.h"
#include "check/image_root.h"

namespace hauberk {

class WriteAccess {
 public:
  WriteAccess(const ImageRoot& root, RunningUser user) : root_(root), user_(std::move(user)) {}

  // Why the user may write to, or into, the file or folder itself ("mode 0666, owner 0:0"); "" if not.
  std::string why_writable(const TarEntry& entry) const;

  // The highest folder above `path` by which the user may replace what lies there; "" for the root folder, so
  // ask `is_replaceable` first.
  bool is_replaceable(std::string_view path);
  std::string_view lever_of(std::string_view path);

  // True if the user may make `path`, or change what is there: that a folder in a search path is missing is
  // no protection if its parent can be written.
  bool may_control(std::string_view path);

 private:
  struct Folder {
    bool is_writable = false;  // entries can be made in it
    bool is_sticky = false;  // ... but only own ones be replaced
    bool is_controlled = false;  // it is writable itself, or can be replaced
    bool is_reachable = true;
    std::string_view lever = {};  // the highest folder that gives control
  };
  const Folder& folder(std::string_view path);
  bool has(const TarEntry& entry, std::uint32_t bit) const;

  const ImageRoot& root_;
  RunningUser user_;
  std::unordered_map<std::string, Folder> folders_;
};

// "mode 4755, owner 0:0"
std::string mode_and_owner(const TarEntry& entry);

}  // namespace hauberk
