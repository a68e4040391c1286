// SPDX-License-Identifier: Apache-2.0
#include "check/image_root.h"

#include "base/fields.h"

namespace hauberk {
namespace {

// As many as Linux follows before it says ELOOP.
constexpr int most_links = 40;

void push_parts(std::vector<std::string>& todo, std::string_view path) {
  const auto parts = split(path, '/');
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (!part->empty() && *part != ".") todo.emplace_back(*part);
  }
}

std::string join(std::string_view folder, std::string_view name) {
  return folder.empty() ? std::string(name) : fmt::format("{}/{}", folder, name);
}

// /proc/PID/root, cwd and fd lead to what another process has open: with the host's processes in sight, to
// the host's files. /proc/self/fd/1 is the program's own output, and harmless.
bool leaves_by_proc(std::string_view path) {
  if (!path.starts_with("proc/")) return false;
  const auto parts = split(path, '/');
  if (parts.size() < 3) return false;
  if (parts[2] == "root" || parts[2] == "cwd") return true;
  return parts[2] == "fd" && parts[1] != "self" && parts[1] != "thread-self";
}

}  // namespace

ImageRoot::ImageRoot(const Facts& facts) {
  files_.reserve(facts.files.size());
  for (const File& file : facts.files) {
    files_.emplace(file.entry.path, &file);
    if (file.entry.type == TarEntry::Type::directory) folders_.insert(file.entry.path);
    for (std::string_view folder = folder_of(file.entry.path); !folder.empty(); folder = folder_of(folder)) {
      if (!folders_.insert(folder).second) break;
    }
  }
}

const File* ImageRoot::find(std::string_view path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : found->second;
}

bool ImageRoot::has_folder(std::string_view path) const { return path.empty() || folders_.contains(path); }

ImageRoot::Target ImageRoot::follow(std::string_view path) const {
  std::vector<std::string> todo;
  push_parts(todo, path);
  Target at{Target::Kind::there, "", find("")};
  for (int links = 0; !todo.empty();) {
    const std::string part = std::move(todo.back());
    todo.pop_back();
    if (part == "..") {
      if (at.path.empty()) return {Target::Kind::outside, "", nullptr};
      at.path = folder_of(at.path);
      at.file = find(at.path);
      continue;
    }
    std::string next = join(at.path, part);
    const File* file = find(next);
    if (file != nullptr && file->entry.type == TarEntry::Type::symlink) {
      if (++links > most_links) return {Target::Kind::circle, std::move(next), file};
      if (file->entry.link_target.starts_with('/')) at.path.clear();
      push_parts(todo, file->entry.link_target);
      continue;
    }
    const bool is_folder = has_folder(next);
    if ((file == nullptr && !is_folder) || (!todo.empty() && !is_folder)) {
      while (!todo.empty()) {
        next = join(next, todo.back());
        todo.pop_back();
      }
      return {leaves_by_proc(next) ? Target::Kind::outside : Target::Kind::missing, std::move(next), nullptr};
    }
    at = {Target::Kind::there, std::move(next), file};
  }
  return at;
}

const File* ImageRoot::regular(std::string_view path) const {
  const Target target = follow(path);
  if (target.kind != Target::Kind::there || target.file == nullptr) return nullptr;
  return is_regular(target.file->entry) ? target.file : nullptr;
}

bool is_regular(const TarEntry& entry) {
  return entry.type == TarEntry::Type::file || entry.type == TarEntry::Type::hard_link;
}

bool is_executable(const TarEntry& entry) { return is_regular(entry) && (entry.mode & 0111) != 0; }

bool is_below(std::string_view path, std::string_view folder) {
  if (folder.empty()) return true;
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

std::string plain_path(std::string_view path) {
  std::vector<std::string_view> kept;
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      kept.push_back(part);
    } else if (!kept.empty()) {
      kept.pop_back();
    }
  }
  return fmt::format("{}", fmt::join(kept, "/"));
}

}  // namespace hauberk
