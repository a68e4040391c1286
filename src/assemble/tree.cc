// A block is a run of records, each with its layer as LEB128 before it.
//
// SPDX-License-Identifier: Apache-2.0
#include "assemble/tree.h"

#include <algorithm>

#include "assemble/file_facts.h"

namespace hauberk {

Status Tree::append(const TreeEntry& entry) {
  if (blocks_.empty() || bytes_.size_bytes() - blocks_.back().offset >= least_block_bytes) {
    blocks_.push_back({entry.entry.path, bytes_.size_bytes()});
  }
  std::string record;
  put_number(record, entry.layer);
  put_record(record, entry.entry);
  last_number_ = SIZE_MAX;
  return bytes_.append(record);
}

// The block that has the path, if any has.
std::size_t Tree::block_of(std::string_view path) const {
  const auto after =
      std::upper_bound(blocks_.begin(), blocks_.end(), path,
                       [](std::string_view one, const Block& block) { return one < block.first_path; });
  return after == blocks_.begin() ? 0 : static_cast<std::size_t>(after - blocks_.begin()) - 1;
}

std::optional<std::string> Tree::block(std::size_t number) const {
  if (failure_ || number >= blocks_.size()) return std::nullopt;
  const std::uint64_t begin = blocks_[number].offset;
  const std::uint64_t end = number + 1 < blocks_.size() ? blocks_[number + 1].offset : bytes_.size_bytes();
  std::string bytes;
  if (auto read = bytes_.read(begin, static_cast<std::size_t>(end - begin), bytes); !read) {
    failure_ = read.error();
    return std::nullopt;
  }
  return bytes;
}

std::optional<TreeEntry> Tree::entry_of(std::string_view& bytes) const {
  const auto layer = take_number(bytes);
  auto fact = layer ? take_record(bytes) : std::unexpected(layer.error());
  if (fact) return TreeEntry{std::move(fact->entry), static_cast<std::size_t>(*layer)};
  failure_ = fact.error();
  return std::nullopt;
}

std::optional<TreeEntry> Tree::find(std::string_view path) const {
  const std::size_t number = block_of(path);
  if (number != last_number_) {
    auto bytes = block(number);
    if (!bytes) return std::nullopt;
    last_block_ = *std::move(bytes);
    last_number_ = number;
  }
  for (std::string_view rest = last_block_; !rest.empty();) {
    std::string_view here = rest;
    const auto layer = take_number(rest);
    const auto found = layer ? skip_record(rest) : std::unexpected(layer.error());
    if (!found) failure_ = found.error();
    if (!found || *found > path) return std::nullopt;
    if (*found == path) return entry_of(here);
  }
  return std::nullopt;
}

Tree::Cursor Tree::from(std::string_view path) const {
  Cursor cursor(*this, block_of(path));
  auto entry = cursor.next();
  while (entry && entry->entry.path < path) entry = cursor.next();
  cursor.first_ = std::move(entry);
  return cursor;
}

std::optional<TreeEntry> Tree::Cursor::next() {
  if (first_) return std::exchange(first_, std::nullopt);
  if (at_ == bytes_.size()) {
    auto bytes = tree_->block(block_++);
    if (!bytes) return std::nullopt;
    bytes_ = *std::move(bytes);
    at_ = 0;
  }
  std::string_view rest = std::string_view(bytes_).substr(at_);
  auto entry = tree_->entry_of(rest);
  at_ = bytes_.size() - rest.size();
  return entry;
}

}  // namespace hauberk
