// Reads a tar stream entry by entry, from hostile input, without touching a file system.
//
// Formats: ustar, v7, pax (path, linkpath, size, mtime, uid, gid, SCHILY.xattr.*; global headers only
// with comments), GNU long names. Where tar programs disagree about what an archive means (two long names
// for one entry, a link with content, a lone zero block in the middle), it is refused. Sparse files and
// multi-volume members are unsupported. Paths keep normal_path's rules; a hard link's target too; a
// symlink's target is any text, and duplicates, devices and files below links come as they are: what to
// do about them is the caller's to decide. Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "io/stream.h"
#include "tar/entry.h"

namespace hauberk {

class TarBlock;

struct TarLimits {
  std::uint64_t entries = 2'000'000;
  std::uint64_t pax_bytes = 1 << 20;  // of one extended header or GNU long name
  std::uint64_t file_bytes = std::uint64_t{8} << 30;
  // Reads "/usr/bin" as "usr/bin", in paths and hard links: some builders of images write layers so.
  bool allow_absolute = false;
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
  struct Overrides;  // what the extended headers before an entry say about it
  Result<std::optional<TarEntry>> read_entry();
  Result<bool> read_block(TarBlock& block);
  Status check_end_marker();
  Status check_end_of_stream();
  Status read_extension(const TarBlock& block, Overrides& overrides);
  Result<TarEntry> entry_of(const TarBlock& block, const Overrides& overrides);
  Result<std::string> read_payload(std::uint64_t size_bytes);
  Status skip_content();
  [[nodiscard]] std::unexpected<Error> wrong(std::string_view why,
                                             ErrorKind kind = ErrorKind::invalid_input) const;

  ByteSource& source_;
  TarLimits limits_;
  std::uint64_t number_ = 0;     // of the current entry, from 1
  std::uint64_t remaining_ = 0;  // content bytes not yet read
  std::uint64_t padding_ = 0;    // bytes after the content, up to the next block
  bool ended_ = false;
  std::optional<Error> failed_;  // an error stays: after it, nothing of the stream means anything
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
