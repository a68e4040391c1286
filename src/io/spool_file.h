// A temporary file without a name: bytes too many to hold in memory, written once, then read anywhere.
//
// It lies in the folder for temporary files ($TMPDIR, else /tmp), and is gone with the object, also after a
// kill. Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/dir.h"

namespace hauberk {

class SpoolFile final : public ByteSink {
 public:
  static Result<SpoolFile> create(Os& os = real_os());

  SpoolFile(SpoolFile&& other) noexcept;
  SpoolFile& operator=(SpoolFile&&) = delete;
  ~SpoolFile() override;

  Status write(std::span<const std::byte> bytes) override;

  // All that was written, mapped; valid until the next call of bytes() or clear().
  Result<std::span<const std::byte>> bytes();

  // Empties the file, so that it can be filled again.
  Status clear();

  // Gives the file away; the object is then spent.
  Fd release() { return std::move(fd_); }

 private:
  SpoolFile(Os& os, Fd fd) : os_(&os), fd_(std::move(fd)) {}
  void unmap();

  Os* os_;
  Fd fd_;
  std::uint64_t size_ = 0;
  void* mapped_ = nullptr;
  std::size_t mapped_bytes_ = 0;
};

}  // namespace hauberk
