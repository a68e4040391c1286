// SPDX-License-Identifier: Apache-2.0
#include "assemble/overlay.h"

#include <algorithm>

#include "assemble/paths.h"

namespace hauberk {
namespace {

using Type = TarEntry::Type;

template <class Map>
auto first_below(Map& map, std::string_view folder) {
  return map.lower_bound(std::string(folder) + "/");
}

bool is_below(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

// Calls `take` with the path of each entry of the packages below the folder, in their order.
template <class Take>
void for_packaged_below(const Tree& tree, std::string_view folder, const Take& take) {
  auto cursor = tree.from(std::string(folder) + "/");
  for (auto at = cursor.next(); at && is_below(at->entry.path, folder); at = cursor.next()) {
    take(at->entry.path);
  }
}

}  // namespace

bool Overlay::is_removed(std::string_view path) const {
  for (std::string_view at = path; !at.empty(); at = parent_of(at)) {
    if (removed_.contains(at)) return true;
  }
  return false;
}

std::optional<TarEntry> Overlay::find(std::string_view path) const {
  if (const auto added = additions_.find(std::string(path)); added != additions_.end()) {
    return added->second.entry;
  }
  if (is_removed(path)) return std::nullopt;
  auto packaged = tree_.find(path);
  return packaged ? std::optional(std::move(packaged->entry)) : std::nullopt;
}

std::vector<std::string> Overlay::below(std::string_view folder) const {
  std::vector<std::string> paths;
  for_packaged_below(tree_, folder, [&](const std::string& path) {
    if (additions_.contains(path) || !is_removed(path)) paths.push_back(path);
  });
  for (auto at = first_below(additions_, folder); at != additions_.end() && is_below(at->first, folder);
       ++at) {
    paths.push_back(at->first);
  }
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  return paths;
}

Status Overlay::make_parents(std::string_view path) {
  const std::string_view parent = parent_of(path);
  if (parent.empty()) return {};
  if (const auto there = find(parent)) {
    if (there->type == Type::directory) return {};
    return fail(ErrorKind::invalid_input,
                "cannot put \"/{}\" into the image: \"/{}\" is a {}; name the path that it "
                "really is",
                path, parent, name_of(there->type));
  }
  return add_folder(parent, {0, 0, 0755});
}

Status Overlay::put(TarEntry entry, Content content) {
  if (is_whiteout(entry.path)) {
    return fail(ErrorKind::invalid_input,
                "cannot put \"/{}\" into the image: no name may begin with .wh., which in a "
                "layer removes files",
                entry.path);
  }
  TRY_STATUS(make_parents(entry.path));
  const auto there = find(entry.path);
  if (there && there->type == Type::directory && entry.type != Type::directory) remove(entry.path);
  entry.mtime_seconds = time_;
  const std::string path = entry.path;
  additions_[path] = {std::move(entry), std::move(content)};
  return {};
}

Status Overlay::add_file(std::string_view path, const Owner& owner, std::uint64_t size_bytes,
                         Content content) {
  TarEntry entry;
  entry.path = path;
  entry.mode = owner.mode;
  entry.uid = owner.uid;
  entry.gid = owner.gid;
  entry.size_bytes = size_bytes;
  return put(std::move(entry), std::move(content));
}

Status Overlay::add_text(std::string_view path, const Owner& owner, std::string text) {
  const std::uint64_t size = text.size();
  return add_file(path, owner, size, std::move(text));
}

Status Overlay::add_folder(std::string_view path, const Owner& owner) {
  TarEntry entry;
  entry.type = Type::directory;
  entry.path = path;
  entry.mode = owner.mode;
  entry.uid = owner.uid;
  entry.gid = owner.gid;
  return put(std::move(entry), {});
}

Status Overlay::add_symlink(std::string_view path, std::string_view target, std::uint32_t uid,
                            std::uint32_t gid) {
  TarEntry entry;
  entry.type = Type::symlink;
  entry.path = path;
  entry.link_target = target;
  entry.mode = 0777;
  entry.uid = uid;
  entry.gid = gid;
  return put(std::move(entry), {});
}

void Overlay::change(const std::string& path, std::optional<std::uint32_t> uid,
                     std::optional<std::uint32_t> gid, std::optional<std::uint32_t> mode) {
  const auto there = find(path);
  if (!there) return;
  TarEntry entry = *there;
  entry.uid = uid.value_or(entry.uid);
  entry.gid = gid.value_or(entry.gid);
  if (entry.type != Type::symlink) entry.mode = mode.value_or(entry.mode);
  if (entry == *there) return;
  auto added = additions_.find(path);
  if (added != additions_.end()) {
    added->second.entry = std::move(entry);
    return;
  }
  // A hard link would drag its other names along: the changed one becomes an entry of its own.
  Content content;
  std::string source = path;
  if (entry.type == Type::hard_link) {
    source = entry.link_target;
    const auto target = tree_.find(source);  // the layer's, whatever has become of it since
    if (!target) return;                     // the tree could not be read, and its status says so
    entry.type = target->entry.type;
    entry.size_bytes = target->entry.size_bytes;
    entry.link_target = target->entry.link_target;
    if (entry.type == Type::symlink) entry.mode = target->entry.mode;
  }
  if (entry.type == Type::file) {
    const auto packaged = tree_.find(path);
    if (packaged) content = LayerFile{packaged->layer, source};
  }
  additions_[path] = {std::move(entry), std::move(content)};
}

void Overlay::remove(std::string_view path) {
  additions_.erase(std::string(path));
  for (auto at = first_below(additions_, path); at != additions_.end() && is_below(at->first, path);) {
    at = additions_.erase(at);
  }
  if (!find(path) && below(path).empty()) return;
  for (auto at = removed_.upper_bound(path); at != removed_.end() && is_below(*at, path);)
    at = removed_.erase(at);
  removed_.emplace(path);
}

// The uppermost part of `path` at or below `root` that no folder of ours stands for; empty if something else
// of ours does, which replaces what was there by itself.
std::string Overlay::uppermost_gone(std::string_view root, std::string_view path) const {
  for (std::size_t end = root.size();; end = std::min(path.find('/', end + 1), path.size())) {
    const std::string part(path.substr(0, end));
    const auto added = additions_.find(part);
    if (added == additions_.end()) return part;
    if (added->second.entry.type != Type::directory || end == path.size()) return {};
  }
}

std::vector<std::string> Overlay::removed() const {
  std::set<std::string> paths;
  for (const std::string& root : removed_) {
    paths.insert(uppermost_gone(root, root));
    for_packaged_below(tree_, root,
                       [&](const std::string& path) { paths.insert(uppermost_gone(root, path)); });
  }
  paths.erase("");
  return {paths.begin(), paths.end()};
}

}  // namespace hauberk
