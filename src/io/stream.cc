// Streams in memory and the loops over them.
//
// SPDX-License-Identifier: Apache-2.0
#include "io/stream.h"

#include <algorithm>
#include <cstring>
#include <memory>

namespace hauberk {
namespace {

constexpr std::size_t buffer_bytes = 128 << 10;

}  // namespace

Status read_exactly(ByteSource& source, std::span<std::byte> buffer) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    TRY(const std::size_t count, source.read(buffer.subspan(filled)));
    if (count == 0) {
      return fail(ErrorKind::invalid_input, "ends after {} of {} bytes", filled, buffer.size());
    }
    filled += count;
  }
  return {};
}

Result<std::string> read_all(ByteSource& source, std::uint64_t limit_bytes, std::uint64_t expected_bytes) {
  std::string text;
  const std::size_t expected = std::min({expected_bytes, limit_bytes, std::uint64_t{256} << 20});
  // Room for one byte more, in which the end shows. What is not written to costs no memory.
  if (expected > 0) text.reserve(expected + 1);
  std::size_t filled = 0;
  for (;;) {
    if (filled == text.size()) {
      // One byte more than allowed is room enough to see that there is too much.
      std::uint64_t wanted = filled + std::max(filled, std::size_t{16} << 10);
      if (expected > 0 && filled <= expected) wanted = std::min(wanted, std::uint64_t{expected} + 1);
      const std::uint64_t most = limit_bytes == UINT64_MAX ? limit_bytes : limit_bytes + 1;
      text.resize(static_cast<std::size_t>(std::min(wanted, most)));
    }
    TRY(const std::size_t count, source.read(std::as_writable_bytes(std::span(text)).subspan(filled)));
    if (count == 0) break;
    filled += count;
    if (filled > limit_bytes) {
      return fail(ErrorKind::limit_exceeded, "larger than the limit of {} bytes", limit_bytes);
    }
  }
  text.resize(filled);
  return text;
}

Result<std::uint64_t> copy(ByteSource& source, ByteSink& sink, std::uint64_t limit_bytes) {
  const auto buffer = std::make_unique_for_overwrite<std::byte[]>(buffer_bytes);
  std::uint64_t total = 0;
  for (;;) {
    TRY(const std::size_t count, source.read({buffer.get(), buffer_bytes}));
    if (count == 0) return total;
    if (count > limit_bytes - total) {
      return fail(ErrorKind::limit_exceeded, "larger than the limit of {} bytes", limit_bytes);
    }
    TRY_STATUS(sink.write({buffer.get(), count}));
    total += count;
  }
}

Result<std::uint64_t> drain(ByteSource& source) {
  class Nowhere final : public ByteSink {
    Status write(std::span<const std::byte>) override { return {}; }
  } nowhere;
  return copy(source, nowhere);
}

Result<std::size_t> MemorySource::read(std::span<std::byte> buffer) {
  const std::size_t count = std::min(buffer.size(), rest_.size());
  if (count > 0) std::memcpy(buffer.data(), rest_.data(), count);
  rest_ = rest_.subspan(count);
  return count;
}

Status MemorySink::write(std::span<const std::byte> bytes) {
  if (broken_ || bytes.size() > limit_ - text_.size()) {
    broken_ = true;
    return fail(ErrorKind::limit_exceeded, "larger than the limit of {} bytes", limit_);
  }
  text_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return {};
}

Status HashingSink::write(std::span<const std::byte> bytes) {
  TRY_STATUS(next_.write(bytes));
  digest_.write(bytes);
  size_ += bytes.size();
  return {};
}

Result<std::size_t> HashingSource::read(std::span<std::byte> buffer) {
  TRY(const std::size_t count, next_.read(buffer));
  digest_.write(buffer.first(count));
  size_ += count;
  return count;
}

}  // namespace hauberk
