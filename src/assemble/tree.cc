// SPDX-License-Identifier: Apache-2.0
#include "assemble/tree.h"

#include <algorithm>

#include "assemble/grouping.h"
#include "assemble/paths.h"

namespace hauberk {
namespace {

using Type = TarEntry::Type;

}  // namespace

Status TreeMaker::add(const PlacedPackage& placed) {
  for (const FileFact& fact : placed.facts->files) {
    TRY_STATUS(fact.entry.type == Type::directory ? add_folder(placed, fact.entry)
                                                  : add_file(placed, fact.entry));
  }
  return {};
}

Result<Tree> TreeMaker::finish() {
  TRY_STATUS(check_parents());
  for (const auto& [path, folder] : folders_) {
    TarEntry wanted = folder.wanted;
    if (folder.last_layer_says != attributes_of(wanted)) tree_.corrections.push_back(wanted);
    tree_.entries[path] = std::move(wanted);
  }
  return std::move(tree_);
}

Status TreeMaker::add_folder(const PlacedPackage& placed, const TarEntry& entry) {
  if (const auto other = tree_.entries.find(entry.path); other != tree_.entries.end()) {
    return fail(ErrorKind::conflict, "cannot put {} into the image: its folder \"{}\" is a {} of {}",
                placed.package->name, entry.path, name_of(other->second.type), owners_[entry.path]->name);
  }
  const auto [at, is_new] =
      folders_.try_emplace(entry.path, Folder{entry, {}, placed.layer, attributes_of(entry)});
  Folder& folder = at->second;
  if (placed.layer != folder.last_layer) {
    folder.last_layer = placed.layer;
    folder.last_layer_says = attributes_of(entry);
  }
  const std::string& name = placed.package->name;
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

Status TreeMaker::add_file(const PlacedPackage& placed, const TarEntry& entry) {
  if (folders_.contains(entry.path)) {
    return fail(ErrorKind::conflict,
                "cannot put {} into the image: its {} \"{}\" is a folder of another package",
                placed.package->name, name_of(entry.type), entry.path);
  }
  const auto owner = owners_.find(entry.path);
  if (owner != owners_.end()) {
    TRY(const bool old_wins, may_replace(*owner->second, *placed.package));
    if (old_wins) return {};
    TRY(const bool new_wins, may_replace(*placed.package, *owner->second));
    if (!new_wins) {
      return fail(
          ErrorKind::conflict,
          "cannot put {} and {} into one image: both have \"{}\", and neither says that it replaces the "
          "other's: take one of them off the list or ban it",
          owner->second->name, placed.package->name, entry.path);
    }
  }
  owners_[entry.path] = placed.package;
  tree_.entries[entry.path] = entry;
  tree_.layers[entry.path] = placed.layer;
  return {};
}

// A file below a link would be extracted to wherever the link leads.
Status TreeMaker::check_parents() const {
  for (const auto& [path, entry] : tree_.entries) {
    for (auto parent = parent_of(path); !parent.empty(); parent = parent_of(parent)) {
      const std::string folder(parent);
      if (folders_.contains(folder)) break;
      const auto other = tree_.entries.find(folder);
      if (other == tree_.entries.end()) continue;
      return fail(ErrorKind::invalid_input,
                  "cannot put {} into the image: its \"{}\" lies behind the {} \"{}\" of {}",
                  owners_.at(path)->name, path, name_of(other->second.type), folder,
                  owners_.at(folder)->name);
    }
  }
  return {};
}

}  // namespace hauberk
