// SPDX-License-Identifier: Apache-2.0
#include "check/write_access.h"

#include <fmt/format.h>

namespace hauberk {
namespace {

constexpr std::uint32_t sticky_bit = 01000, write_bit = 2, search_bit = 1;

}  // namespace

// The classes as the kernel takes them: the first that fits decides. Group 0 is an addition, so it can only
// grant. An owner can give itself any bit, and so has them all.
bool WriteAccess::has(const TarEntry& entry, std::uint32_t bit) const {
  if (entry.uid == user_.uid) return true;
  const bool by_group = (entry.mode >> 3 & bit) != 0;
  if (user_.groups.contains(entry.gid)) return by_group;
  return (entry.mode & bit) != 0 || (entry.gid == 0 && by_group);
}

const WriteAccess::Folder& WriteAccess::folder(std::string_view path) {
  const auto known = folders_.find(std::string(path));
  if (known != folders_.end()) return known->second;
  Folder state;
  const File* file = root_.find(path);
  const Folder above = path.empty() ? Folder{} : folder(folder_of(path));
  if (file != nullptr) {  // a folder that is only implied is made by the runtime: root's, 0755
    const TarEntry& entry = file->entry;
    state.is_reachable = above.is_reachable && has(entry, search_bit);
    state.is_writable = state.is_reachable && has(entry, write_bit);
    state.is_sticky = (entry.mode & sticky_bit) != 0 && entry.uid != user_.uid;
  } else {
    state.is_reachable = above.is_reachable;
  }
  const bool is_own = file != nullptr && file->entry.uid == user_.uid;
  const bool by_above = above.is_controlled && (!above.is_sticky || is_own);
  state.is_controlled = state.is_writable || by_above;
  state.lever = by_above ? above.lever : file != nullptr ? std::string_view(file->entry.path) : "";
  return folders_.emplace(std::string(path), state).first->second;
}

std::string WriteAccess::why_writable(const TarEntry& entry) const {
  return has(entry, write_bit) ? mode_and_owner(entry) : std::string();
}

bool WriteAccess::is_replaceable(std::string_view path) {
  if (path.empty()) return false;
  const Folder& above = folder(folder_of(path));
  if (!above.is_controlled) return false;
  const File* file = root_.find(path);
  return !above.is_sticky || file == nullptr || file->entry.uid == user_.uid;
}

std::string_view WriteAccess::lever_of(std::string_view path) { return folder(folder_of(path)).lever; }

bool WriteAccess::may_control(std::string_view path) {
  if (is_replaceable(path)) return true;
  const File* file = root_.find(path);
  if (file != nullptr) return folder(folder_of(path)).is_reachable && has(file->entry, write_bit);
  if (root_.has_folder(path)) return false;
  // Nothing is there: whoever may write in the nearest folder that is, may make it.
  std::string_view above = folder_of(path);
  while (!root_.has_folder(above)) above = folder_of(above);
  return folder(above).is_writable;
}

std::string mode_and_owner(const TarEntry& entry) {
  return fmt::format("mode {:04o}, owner {}:{}", entry.mode, entry.uid, entry.gid);
}

}  // namespace hauberk
