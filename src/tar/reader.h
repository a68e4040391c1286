// Reads a tar stream entry by entry, from hostile input, without touching a file system.
//
// Formats: ustar, pax (path, linkpath, size, mtime, uid, gid, SCHILY.xattr.*; global headers only with
// comments), GNU long names. Sparse files, multi-volume members and base-256 sizes below zero are
// refused with their name. Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "io/stream.h"
#include "tar/entry.h"

namespace hauberk {

struct TarLimits {
  std::uint64_t entries = 2'000'000;
  std::uint64_t pax_bytes = 1 << 20;  // of one extended header or GNU long name
  std::uint64_t file_bytes = std::uint64_t{8} << 30;
};

class TarReader {
 public:
  explicit TarReader(ByteSource& source, const TarLimits& limits = {}) : source_(source), limits_(limits) {}

  // The next entry, or none at the end of the archive (two zero blocks, or the end of the stream at a
  // block boundary after at least one entry or a single zero block). Content not read is skipped.
  // invalid_input names the entry's number and what is wrong; limit_exceeded likewise.
  Result<std::optional<TarEntry>> next();

  // Reads the current file's content; 0 at its end.
  Result<std::size_t> read(std::span<std::byte> buffer);

 private:
  struct Overrides;
  Status skip(std::uint64_t bytes);
  Result<std::string> read_payload(std::uint64_t size_bytes);
  [[nodiscard]] std::unexpected<Error> wrong(std::string_view why, ErrorKind kind = ErrorKind::invalid_input) const;

  ByteSource& source_;
  TarLimits limits_;
  std::uint64_t number_ = 0;     // of the current entry, from 1
  std::uint64_t remaining_ = 0;  // content bytes not yet read
  std::uint64_t padding_ = 0;    // zero bytes after the content
  bool ended_ = false;
};

// The current entry's content of a TarReader as a ByteSource; valid until the next call of next().
class TarContent final : public ByteSource {
 public:
  explicit TarContent(TarReader& reader) : reader_(reader) {}
  Result<std::size_t> read(std::span<std::byte> buffer) override { return reader_.read(buffer); }

 private:
  TarReader& reader_;
};

}  // namespace hauberk
