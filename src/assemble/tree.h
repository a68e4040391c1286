// The tree that all package layers together make: each path once, sorted, with its layer.
//
// An image may have more files than fit into memory, so they lie in blocks of records
// (assemble/file_facts.h), on disk once they are many; in memory is where each block begins. Made by a
// TreeMaker. Reading the blocks can fail as any reading can: the tree is then as if it ended there, and
// status() says so; who has used a tree asks that before what was made of it counts. Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/scratch.h"
#include "tar/entry.h"

namespace hauberk {

struct TreeEntry {
  TarEntry entry;
  std::size_t layer = 0;  // of what is no folder: which layer has the bytes
};

class Tree {
 public:
  // Empty, and in memory only.
  Tree() = default;
  // What does not fit into memory goes to the "tmp" folder of `dir`, which must outlive the tree.
  explicit Tree(const Dir& dir) : bytes_(dir, most_memory_bytes) {}

  // Paths must come in their order (as bytes), each once.
  Status append(const TreeEntry& entry);

  std::optional<TreeEntry> find(std::string_view path) const;
  bool contains(std::string_view path) const { return find(path).has_value(); }

  // Gives the entries from a path on, in their order. The tree must outlive it.
  class Cursor {
   public:
    std::optional<TreeEntry> next();

   private:
    friend class Tree;
    Cursor(const Tree& tree, std::size_t block) : tree_(&tree), block_(block) {}
    const Tree* tree_;
    std::size_t block_;  // the next one to be read
    std::string bytes_;
    std::size_t at_ = 0;
    std::optional<TreeEntry> first_;
  };
  Cursor from(std::string_view path) const;

  Status status() const { return failure_ ? Status(std::unexpected(*failure_)) : Status(); }

  // Folders whose owner or mode would not be the rule's after extraction (DESIGN section 4: base-files
  // decides, else the first package by name that does not leave it at root 0755): the top layer says them
  // again. Sorted.
  std::vector<TarEntry> corrections;

 private:
  static constexpr std::size_t most_memory_bytes = std::size_t{1} << 20;
  static constexpr std::size_t least_block_bytes = 8 << 10;

  struct Block {
    std::string first_path;
    std::uint64_t offset;
  };
  std::optional<std::string> block(std::size_t number) const;
  std::optional<TreeEntry> entry_of(std::string_view& bytes) const;
  std::size_t block_of(std::string_view path) const;

  Scratch bytes_;
  std::vector<Block> blocks_;
  mutable std::size_t last_number_ = SIZE_MAX;  // the block that find() read last
  mutable std::string last_block_;
  mutable std::optional<Error> failure_;
};

}  // namespace hauberk
