// Bytes that flow: where they come from and where they go, in pieces, with bounded memory.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/result.h"

namespace hauberk {

// Thread rule for sources and sinks: one thread at a time.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Fills at most buffer.size() bytes and returns how many; 0 means the end (never for an empty
  // buffer only). After an error or the end, further calls give the same.
  virtual Result<std::size_t> read(std::span<std::byte> buffer) = 0;
};

class ByteSink {
 public:
  virtual ~ByteSink() = default;

  // Takes all of `bytes` or fails; after a failure the sink is broken and stays so.
  virtual Status write(std::span<const std::byte> bytes) = 0;
};

inline Status write_text(ByteSink& sink, std::string_view text) {
  return sink.write(std::as_bytes(std::span(text)));
}

// Fills the whole buffer, or fails with invalid_input "ends after N of M bytes" on an early end.
Status read_exactly(ByteSource& source, std::span<std::byte> buffer);

// Everything that is left, at most `limit_bytes` (limit_exceeded above). As many bytes as are expected take
// no more memory than themselves; that there are as many is not believed.
Result<std::string> read_all(ByteSource& source, std::uint64_t limit_bytes,
                             std::uint64_t expected_bytes = 0);

// Copies to the end; returns the number of bytes. limit_exceeded above `limit_bytes`.
Result<std::uint64_t> copy(ByteSource& source, ByteSink& sink, std::uint64_t limit_bytes = UINT64_MAX);

// Reads what is left and keeps nothing of it; returns the number of bytes. For sources that say at their end
// whether they were right.
Result<std::uint64_t> drain(ByteSource& source);

// Bytes in memory, not owned.
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::span<const std::byte> bytes) : rest_(bytes) {}
  explicit MemorySource(std::string_view text) : rest_(std::as_bytes(std::span(text))) {}
  Result<std::size_t> read(std::span<std::byte> buffer) override;

 private:
  std::span<const std::byte> rest_;
};

// Keeps what is written. Above `limit_bytes`, write fails with limit_exceeded.
class MemorySink final : public ByteSink {
 public:
  explicit MemorySink(std::uint64_t limit_bytes = UINT64_MAX) : limit_(limit_bytes) {}
  Status write(std::span<const std::byte> bytes) override;
  const std::string& text() const { return text_; }
  std::string take() { return std::move(text_); }

 private:
  std::uint64_t limit_;
  bool broken_ = false;
  std::string text_;
};

// Passes bytes on, counts and hashes them.
class HashingSink final : public ByteSink {
 public:
  explicit HashingSink(ByteSink& next, Digest::Algorithm algorithm = Digest::Algorithm::sha256)
      : next_(next), digest_(algorithm) {}
  Status write(std::span<const std::byte> bytes) override;
  std::uint64_t size_bytes() const { return size_; }
  Digest finish() { return digest_.finish(); }

 private:
  ByteSink& next_;
  DigestWriter digest_;
  std::uint64_t size_ = 0;
};

// Hashes and counts what is read through it.
class HashingSource final : public ByteSource {
 public:
  explicit HashingSource(ByteSource& next, Digest::Algorithm algorithm = Digest::Algorithm::sha256)
      : next_(next), digest_(algorithm) {}
  Result<std::size_t> read(std::span<std::byte> buffer) override;
  std::uint64_t size_bytes() const { return size_; }
  Digest finish() { return digest_.finish(); }

 private:
  ByteSource& next_;
  DigestWriter digest_;
  std::uint64_t size_ = 0;
};

}  // namespace hauberk
