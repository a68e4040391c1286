// SPDX-License-Identifier: Apache-2.0
#include "assemble/tree_maker.h"

#include <algorithm>

#include "assemble/file_facts.h"
#include "assemble/grouping.h"

namespace hauberk {
namespace {

using Type = TarEntry::Type;

}  // namespace

Status TreeMaker::add(const TarEntry& entry) {
  std::string value;
  put_number(value, packages_.size() - 1);
  put_record(value, entry);
  return files_.add(entry.path, value);
}

Result<Tree> TreeMaker::finish() {
  tree_ = Tree(dir_);
  const auto take = [&](std::string_view path, std::string_view value) -> Status {
    TRY(const std::uint64_t owner, take_number(value));
    TRY(const FileFact file, take_record(value));
    if (path_ && path_->wanted.path != path) TRY_STATUS(end_path());
    return decide(file.entry, static_cast<std::size_t>(owner));
  };
  TRY_STATUS(files_.give(take));
  if (path_) TRY_STATUS(end_path());
  return std::move(tree_);
}

Status TreeMaker::decide(const TarEntry& entry, std::size_t owner) {
  const bool is_folder = entry.type == Type::directory;
  if (!path_) {
    path_ = Path{entry, owner, is_folder, {}, packages_[owner].layer, attributes_of(entry)};
    if (!is_folder) return {};
  }
  return is_folder ? add_folder(entry, owner) : add_file(entry, owner);
}

Status TreeMaker::add_folder(const TarEntry& entry, std::size_t owner) {
  Path& folder = *path_;
  const auto& [package, layer] = packages_[owner];
  if (!folder.is_folder) {
    return fail(ErrorKind::conflict, "cannot put {} into the image: its folder \"{}\" is a {} of {}",
                package->name, entry.path, name_of(folder.wanted.type),
                packages_[folder.owner].package->name);
  }
  if (layer != folder.last_layer) {
    folder.last_layer = layer;
    folder.last_layer_says = attributes_of(entry);
  }
  const std::string& name = package->name;
  const bool says_something = attributes_of(entry) != Attributes{0755, 0, 0};
  const bool is_base = name == "base-files";
  const bool decides = is_base || (says_something && folder.decided_by != "base-files" &&
                                   (folder.decided_by.empty() || name < folder.decided_by));
  if (decides) {
    folder.decided_by = name;
    folder.wanted = entry;
  }
  return {};
}

Status TreeMaker::add_file(const TarEntry& entry, std::size_t owner) {
  const LockedPackage& first = *packages_[path_->owner].package;
  const LockedPackage& second = *packages_[owner].package;
  if (path_->is_folder) {
    return fail(ErrorKind::conflict,
                "cannot put {} into the image: its {} \"{}\" is a folder of another package", second.name,
                name_of(entry.type), entry.path);
  }
  TRY(const bool first_wins, may_replace(first, second));
  if (first_wins) return {};
  TRY(const bool second_wins, may_replace(second, first));
  if (!second_wins) {
    return fail(
        ErrorKind::conflict,
        "cannot put {} and {} into one image: both have \"{}\", and neither says that it replaces the "
        "other's: take one of them off the list or ban it",
        first.name, second.name, entry.path);
  }
  path_->wanted = entry;
  path_->owner = owner;
  return {};
}

Status TreeMaker::end_path() {
  const Path path = *std::exchange(path_, std::nullopt);
  TRY_STATUS(check_parent(path));
  if (path.is_folder && path.last_layer_says != attributes_of(path.wanted)) {
    tree_.corrections.push_back(path.wanted);
  }
  const std::size_t layer = path.is_folder ? path.last_layer : packages_[path.owner].layer;
  return tree_.append({path.wanted, layer});
}

// A path below a link would be extracted to wherever the link leads. Paths come sorted, so all that begin
// with one come right after it: of those before, only the ones that this path begins with can be its parents.
Status TreeMaker::check_parent(const Path& path) {
  const std::string& here = path.wanted.path;
  while (!prefixes_.empty() && !here.starts_with(prefixes_.back().path)) prefixes_.pop_back();
  const auto parent = std::find_if(prefixes_.rbegin(), prefixes_.rend(),
                                   [&](const Prefix& prefix) { return here[prefix.path.size()] == '/'; });
  if (parent != prefixes_.rend() && parent->type != Type::directory) {
    return fail(ErrorKind::invalid_input,
                "cannot put {} into the image: its \"{}\" lies behind the {} \"{}\" of {}",
                packages_[path.owner].package->name, here, name_of(parent->type), parent->path,
                packages_[parent->owner].package->name);
  }
  prefixes_.push_back({here, path.wanted.type, path.owner});
  return {};
}

}  // namespace hauberk
