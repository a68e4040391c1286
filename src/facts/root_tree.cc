// SPDX-License-Identifier: Apache-2.0
#include "facts/root_tree.h"

#include <algorithm>
#include <tuple>

#include "facts/root_path.h"

namespace hauberk {
namespace {

constexpr std::string_view whiteout_prefix = ".wh.", opaque_name = ".wh..wh..opq";
// Names with it twice are the bookkeeping that aufs kept in a layer, which is no content.
constexpr std::string_view aufs_prefix = ".wh..wh.";
constexpr std::size_t most_problems = 100;

bool is_bookkeeping(std::string_view path) {
  if (last_part(path) == opaque_name) return false;
  return path.starts_with(aufs_prefix) || path.contains("/.wh..wh.");
}

bool is_whiteout(std::string_view path) { return last_part(path).starts_with(whiteout_prefix); }

}  // namespace

void RootTree::apply(LayerFacts& layer, std::size_t number) {
  knows_folder_ = false;
  for (const LayerFile& file : layer.files) {
    if (is_whiteout(file.entry.path) && !is_bookkeeping(file.entry.path)) white_out(file, number);
  }
  for (LayerFile& file : layer.files) {
    if (!is_whiteout(file.entry.path) && !is_bookkeeping(file.entry.path)) place(file, number, layer);
  }
  layer.files.clear();
  layer.texts.clear();
}

void RootTree::white_out(const LayerFile& file, std::size_t number) {
  const std::string& path = file.entry.path;
  const std::string folder = real_folder(folder_of(path));
  const std::string_view name = last_part(path);
  if (name == opaque_name) return hide_below(folder, number);
  const std::string_view hidden = name.substr(whiteout_prefix.size());
  if (hidden.empty() || hidden == "." || hidden == "..") {
    return problem(path, "a whiteout that names nothing");
  }
  const std::string target = join_path(folder, hidden);
  hide_below(target, number);
  if (const auto node = nodes_.find(target); node != nodes_.end()) hide(node, number);
}

void RootTree::hide_below(std::string_view folder, std::size_t by) {
  const std::string start = folder.empty() ? std::string() : fmt::format("{}/", folder);
  for (auto at = nodes_.lower_bound(start); at != nodes_.end() && at->first.starts_with(start);) {
    const auto next = std::next(at);
    if (!at->first.empty()) hide(at, by);
    at = next;
  }
}

void RootTree::hide(Nodes::iterator node, std::size_t by) {
  File& file = node->second;
  texts_.erase(node->first);
  if (file.entry.type != TarEntry::Type::directory) {
    hidden_.push_back({std::move(file.entry), std::move(file.sha256), file.layer, by});
  }
  nodes_.erase(node);
  knows_folder_ = false;
}

void RootTree::place(LayerFile& from, std::size_t number, LayerFacts& layer) {
  const std::string original = from.entry.path;
  std::string path = real_path(original);
  check_folder(std::string(folder_of(path)), number);
  File file{
      std::move(from.entry), std::move(from.sha256), std::move(from.md5), std::move(from.elf), number, {}};
  file.entry.path = path;
  if (file.entry.type == TarEntry::Type::hard_link) link(file);
  const bool is_folder = file.entry.type == TarEntry::Type::directory;
  if (const auto before = nodes_.find(path); before != nodes_.end()) {
    const bool was_folder = before->second.entry.type == TarEntry::Type::directory;
    if (was_folder && is_folder) {
      before->second = std::move(file);
      return;
    }
    if (was_folder) hide_below(path, number);
    hide(before, number);
  } else if (!is_folder) {
    hide_below(path, number);  // a folder that no entry spoke of
  }
  if (file.entry.type == TarEntry::Type::symlink) knows_folder_ = false;
  if (const auto text = layer.texts.find(original); text != layer.texts.end()) {
    texts_[path] = text->second;  // a copy: the layer may name the file twice
  }
  nodes_.emplace(std::move(path), std::move(file));
}

// A hard link is another name of what is at its target now, whatever becomes of the target later.
void RootTree::link(File& file) {
  const auto target = nodes_.find(real_path(file.entry.link_target));
  if (target == nodes_.end()) return problem(file.entry.path, "a hard link to nothing");
  file.sha256 = target->second.sha256;
  file.md5 = target->second.md5;
  file.elf = target->second.elf;
  if (const auto text = texts_.find(target->first); text != texts_.end()) {
    if (is_text_path(file.entry.path)) texts_[file.entry.path] = text->second;
  }
}

// The folder part through links of the root so far; the last part as it is.
std::string RootTree::real_path(std::string_view path) {
  if (path.empty()) return {};
  return join_path(real_folder(folder_of(path)), last_part(path));
}

std::string RootTree::real_folder(std::string_view folder) {
  if (knows_folder_ && folder == folder_) return real_folder_;
  auto real = resolve_path(folder, true, [this](std::string_view path) { return find(path); });
  if (!real) problem(folder, "links that lead in a circle");
  folder_ = folder;
  real_folder_ = real ? *std::move(real) : std::string(folder);
  knows_folder_ = true;
  return real_folder_;
}

// No program that unpacks a layer puts a file below a file.
void RootTree::check_folder(const std::string& folder, std::size_t number) {
  for (std::string_view at = folder; !at.empty(); at = folder_of(at)) {
    const auto node = nodes_.find(at);
    if (node == nodes_.end()) continue;
    if (node->second.entry.type == TarEntry::Type::directory) return;
    problem(at,
            fmt::format("a {} where layer {} needs a folder", name_of(node->second.entry.type), number + 1));
    return hide(node, number);
  }
}

const TarEntry* RootTree::find(std::string_view path) const {
  const auto node = nodes_.find(path);
  return node == nodes_.end() ? nullptr : &node->second.entry;
}

std::optional<std::string> RootTree::shown(std::string_view path, std::size_t layer) const {
  auto folder = resolve_path(folder_of(path), true, [this](std::string_view p) { return find(p); });
  if (!folder) return std::nullopt;
  std::string real = join_path(*folder, last_part(path));
  const auto node = nodes_.find(real);
  if (node == nodes_.end() || node->second.layer != layer) return std::nullopt;
  return real;
}

std::vector<File> RootTree::take_files() {
  std::vector<File> files;
  files.reserve(nodes_.size());
  for (auto& [path, file] : nodes_) files.push_back(std::move(file));
  nodes_.clear();
  return files;
}

std::vector<HiddenFile> RootTree::take_hidden() {
  std::ranges::stable_sort(hidden_, [](const HiddenFile& a, const HiddenFile& b) {
    return std::tie(a.entry.path, a.layer) < std::tie(b.entry.path, b.layer);
  });
  return std::move(hidden_);
}

void RootTree::problem(std::string_view path, std::string_view why) {
  if (problems_.size() < most_problems) problems_.push_back(fmt::format("{}: {}", path, why));
}

}  // namespace hauberk
