// Zip archives in memory, read with limits: jars are untrusted, and small ones can unpack to anything.
//
// Spec: PKWARE APPNOTE 6.3, as libzip reads it (docs/decisions/0019-libzip.md). Only stored and deflated
// entries are read. Thread rule: one thread at a time for each archive.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace hauberk {

class ZipArchive {
 public:
  struct Entry {
    std::string name = {};  // raw bytes, as they stand
    std::uint64_t size_bytes = 0;
    std::uint64_t compressed_size_bytes = 0;
  };

  // Reads the directory of the archive in `bytes`, which must outlive it; a script may stand before it.
  // invalid_input: no zip archive, or its directory is damaged; limit_exceeded: more than 200,000 entries.
  static Result<ZipArchive> open(std::span<const std::byte> bytes);

  ZipArchive(ZipArchive&&) noexcept;
  ZipArchive& operator=(ZipArchive&&) noexcept;
  ~ZipArchive();

  // In the order of the directory. A name may occur twice, and may be any text: it is no path to be opened.
  const std::vector<Entry>& entries() const { return entries_; }

  // The content of entries()[index], its checksum verified. limit_exceeded: more than `limit_bytes`, or more
  // than 200 times its compressed size once it is above 1 MiB; invalid_input: damaged; unsupported:
  // encrypted, or compressed by another method.
  Result<std::string> read(std::size_t index, std::uint64_t limit_bytes) const;

 private:
  struct Handle;
  explicit ZipArchive(std::unique_ptr<Handle> handle);

  std::unique_ptr<Handle> handle_;
  std::vector<Entry> entries_ = {};
};

}  // namespace hauberk
