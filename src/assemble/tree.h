// The tree that all package layers together make, from their facts: who owns each path, and what the image
// must still say about folders.
//
// Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "assemble/package_facts.h"
#include "resolve/lock.h"

namespace hauberk {

struct Tree {
  std::map<std::string, TarEntry> entries;      // by path
  std::map<std::string, std::size_t> layers;    // of files that are no folders: which layer has the bytes

  // Folders whose owner or mode would not be the rule's after extraction (DESIGN section 4: base-files
  // decides, else the first package by name that does not leave it at root 0755): the top layer says them
  // again.
  std::vector<TarEntry> corrections;
};

// One package's facts and the layer that it is in.
struct PlacedPackage {
  const LockedPackage* package;
  const PackageFacts* facts;
  std::size_t layer;
};

// Makes the tree, one package after another, in the order of the layers. It keeps nothing of the facts, so
// that only one package's need be in memory. Thread rule: one thread.
class TreeMaker {
 public:
  // conflict: it and a package before it own one path and neither replaces the other, or one has a folder
  // where the other has a file. The locked package must outlive the maker.
  Status add(const PlacedPackage& placed);

  // invalid_input: a path that lies behind another package's link. The maker is then spent.
  Result<Tree> finish();

 private:
  struct Attributes {
    std::uint32_t mode, uid, gid;
    friend bool operator==(const Attributes&, const Attributes&) = default;
  };
  struct Folder {
    TarEntry wanted;               // by the rule
    std::string decided_by;        // the package; empty while everybody says root 0755
    std::size_t last_layer;        // the topmost layer that has it ...
    Attributes last_layer_says;    // ... and the attributes it is extracted with: the first entry there
  };

  static Attributes attributes_of(const TarEntry& entry) { return {entry.mode, entry.uid, entry.gid}; }
  Status add_folder(const PlacedPackage& placed, const TarEntry& entry);
  Status add_file(const PlacedPackage& placed, const TarEntry& entry);
  Status check_parents() const;

  Tree tree_;
  std::map<std::string, Folder> folders_;
  std::map<std::string, const LockedPackage*> owners_;
};

}  // namespace hauberk
