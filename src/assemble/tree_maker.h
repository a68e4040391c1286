// Makes the tree of an image from the files of its packages: who owns each path, and what the image must
// still say about folders.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "assemble/record_sorter.h"
#include "assemble/tree.h"
#include "resolve/lock.h"

namespace hauberk {

// Takes the packages one after another, in the order of the layers, and keeps their files sorted on disk: its
// memory does not grow with them. Thread rule: one thread.
class TreeMaker {
 public:
  // `dir` is for scratch files; it must outlive the maker and its tree.
  explicit TreeMaker(const Dir& dir) : dir_(dir), files_(dir) {}

  // The files that follow are the package's. It must outlive the maker.
  void begin(const LockedPackage& package, std::size_t layer) { packages_.push_back({&package, layer}); }

  Status add(const TarEntry& entry);

  // conflict: two packages own one path and neither replaces the other, or one has a folder where the other
  // has a file; invalid_input: a path that lies behind another package's link. The maker is then spent.
  Result<Tree> finish();

 private:
  struct Placed {
    const LockedPackage* package;
    std::size_t layer;
  };
  struct Attributes {
    std::uint32_t mode, uid, gid;
    friend bool operator==(const Attributes&, const Attributes&) = default;
  };
  // What has been said of the path that is being decided.
  struct Path {
    TarEntry wanted;  // by the rule
    std::size_t owner;  // of a folder: the first package that has it
    bool is_folder;
    // Of folders:
    std::string decided_by;  // the package; empty while everybody says root 0755
    std::size_t last_layer;  // the topmost layer that has it ...
    Attributes last_layer_says;  // ... and the attributes it is extracted with: the first entry there
  };
  // What is in the tree at a prefix of the path that is being decided.
  struct Prefix {
    std::string path;
    TarEntry::Type type;
    std::size_t owner;
  };

  static Attributes attributes_of(const TarEntry& entry) { return {entry.mode, entry.uid, entry.gid}; }
  Status decide(const TarEntry& entry, std::size_t owner);
  Status add_folder(const TarEntry& entry, std::size_t owner);
  Status add_file(const TarEntry& entry, std::size_t owner);
  Status end_path();
  Status check_parent(const Path& path);

  const Dir& dir_;
  RecordSorter files_;
  std::vector<Placed> packages_;
  std::optional<Path> path_;
  std::vector<Prefix> prefixes_;  // each a prefix of the next, as text
  Tree tree_;
};

}  // namespace hauberk
