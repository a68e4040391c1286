// Writes a tar stream whose bytes depend only on the entries.
//
// ustar headers, with a pax header before an entry only where ustar cannot hold a value (path or link
// above its fields, non-ASCII, size of 8 GiB or more, negative or large times, ids above 2,097,151,
// xattrs). User and group names are left empty; directories end in "/". Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/stream.h"
#include "tar/entry.h"

namespace hauberk {

class TarWriter {
 public:
  explicit TarWriter(ByteSink& sink) : sink_(sink) {}

  // Starts an entry. The content of the one before must be complete.
  Status add(const TarEntry& entry);

  // Content of the current file, in total exactly size_bytes.
  Status write(std::span<const std::byte> bytes);

  // An entry with its whole content; entry.size_bytes is taken from it.
  Status add_file(TarEntry entry, std::string_view content);

  // The two zero blocks; no padding to 10,240 bytes.
  Status finish();

 private:
  Status pad();

  ByteSink& sink_;
  std::uint64_t remaining_ = 0;
  std::uint64_t padding_ = 0;
};

}  // namespace hauberk
