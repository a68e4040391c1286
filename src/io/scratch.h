// Bytes written once, in their order, and read again at any place: in memory while they are few, and in a
// file without a name once they are many. Nothing of them survives the object, or a killed process.
//
// Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "io/dir.h"

namespace hauberk {

class Scratch {
 public:
  // In memory only, however many they are.
  Scratch() = default;

  // At most `memory_bytes` in memory, the rest in a file in the "tmp" folder of `dir`, which must outlive the
  // object.
  Scratch(const Dir& dir, std::size_t memory_bytes) : dir_(&dir), memory_bytes_(memory_bytes) {}

  // After a failure the object is spent.
  Status append(std::string_view bytes);

  // Appends to `into` the `size` bytes that begin at `offset`; they must be there.
  Status read(std::uint64_t offset, std::size_t size, std::string& into) const;

  std::uint64_t size_bytes() const { return in_file_ + tail_.size(); }

 private:
  Status flush();

  const Dir* dir_ = nullptr;
  std::size_t memory_bytes_ = SIZE_MAX;
  std::optional<Fd> file_;
  std::uint64_t in_file_ = 0;
  std::string tail_;  // what follows the bytes in the file
};

}  // namespace hauberk
