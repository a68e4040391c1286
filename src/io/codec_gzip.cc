// gzip: reading by zlib, writing by libdeflate.
//
// Memory: a reader 40 KiB; a writer 1 MiB of input, 1 MiB of output and libdeflate's tables (below 1 MiB
// up to level 9).
//
// SPDX-License-Identifier: Apache-2.0
#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "io/codec.h"

namespace hauberk {
namespace {

class GzipDecoder final : public Decoder {
 public:
  GzipDecoder() { ready_ = inflateInit2(&stream_, MAX_WBITS + 16) == Z_OK; }
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;
  ~GzipDecoder() override { inflateEnd(&stream_); }

  Result<DecoderStep> step(std::span<const std::byte> in, std::span<std::byte> out, bool ended) override {
    if (!ready_) return fail(ErrorKind::io, "cannot decompress gzip: no memory");
    if (between_members_) {
      if (ended) return DecoderStep{.finished = true};
      inflateReset(&stream_);
      between_members_ = false;
    }
    const std::size_t given = std::min(in.size(), chunk_limit);
    const std::size_t room = std::min(out.size(), chunk_limit);
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(in.data()));
    stream_.avail_in = static_cast<uInt>(given);
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(room);
    const int result = inflate(&stream_, Z_NO_FLUSH);
    if (result == Z_BUF_ERROR && ended) {
      return fail(ErrorKind::invalid_input, "cannot decompress gzip: the stream is cut short");
    }
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
      return fail(ErrorKind::invalid_input, "cannot decompress gzip: {}",
                  stream_.msg != nullptr ? stream_.msg : "the stream is damaged");
    }
    between_members_ = result == Z_STREAM_END;
    return DecoderStep{.consumed = given - stream_.avail_in, .produced = room - stream_.avail_out};
  }

 private:
  static constexpr std::size_t chunk_limit = std::size_t{1} << 30;  // zlib counts in 32 bits
  z_stream stream_{};
  bool ready_ = false;
  bool between_members_ = false;
};

// Blocks are cut at fixed places of the input, so the sizes of the writes leave no trace.
class GzipCompressor final : public Compressor {
 public:
  GzipCompressor(int level, ByteSink& sink)
      : sink_(sink), compressor_(libdeflate_alloc_compressor(level), libdeflate_free_compressor) {
    if (!compressor_) std::abort();  // a level that libdeflate does not have, or no memory
    room_ = libdeflate_gzip_compress_bound(compressor_.get(), block_bytes);
    output_ = std::make_unique_for_overwrite<std::byte[]>(room_);
  }

  Status write(std::span<const std::byte> bytes) override {
    if (failure_) return std::unexpected(*failure_);
    while (!bytes.empty()) {
      if (buffered_ == 0 && bytes.size() >= block_bytes) {
        TRY_STATUS(emit(bytes.first(block_bytes)));
        bytes = bytes.subspan(block_bytes);
        continue;
      }
      if (!block_) block_ = std::make_unique_for_overwrite<std::byte[]>(block_bytes);
      const std::size_t count = std::min(bytes.size(), block_bytes - buffered_);
      std::memcpy(block_.get() + buffered_, bytes.data(), count);
      buffered_ += count;
      bytes = bytes.subspan(count);
      if (buffered_ == block_bytes) TRY_STATUS(flush());
    }
    return {};
  }

  Status finish() override {
    if (failure_) return std::unexpected(*failure_);
    if (buffered_ > 0 || !any_member_) return flush();
    return {};
  }

 private:
  Status flush() {
    const std::size_t count = std::exchange(buffered_, 0);
    return emit({block_.get(), count});
  }

  Status emit(std::span<const std::byte> block) {
    any_member_ = true;
    const std::size_t size =
        libdeflate_gzip_compress(compressor_.get(), block.data(), block.size(), output_.get(), room_);
    if (size == 0) std::abort();  // the bound says that it fits
    auto status = sink_.write({output_.get(), size});
    if (!status) failure_ = status.error();
    return status;
  }

  static constexpr std::size_t block_bytes = 1 << 20;
  ByteSink& sink_;
  std::unique_ptr<libdeflate_compressor, void (*)(libdeflate_compressor*)> compressor_;
  std::size_t room_ = 0;
  std::unique_ptr<std::byte[]> output_;
  std::unique_ptr<std::byte[]> block_;
  std::size_t buffered_ = 0;
  bool any_member_ = false;
  std::optional<Error> failure_;
};

}  // namespace

std::unique_ptr<Decoder> gzip_decoder() { return std::make_unique<GzipDecoder>(); }

std::unique_ptr<Compressor> gzip_compressor(int level, ByteSink& sink) {
  return std::make_unique<GzipCompressor>(level, sink);
}

}  // namespace hauberk
