// zstd, by libzstd.
//
// Memory: a reader the frame's window (at most the limit; 8 MiB for what dpkg writes) and 256 KiB; a
// writer at level 3 about 3.5 MiB.
//
// SPDX-License-Identifier: Apache-2.0
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <optional>

#include "io/codec.h"

namespace hauberk {
namespace {

class ZstdDecoder final : public Decoder {
 public:
  explicit ZstdDecoder(std::uint64_t memory_bytes) : context_(ZSTD_createDCtx(), ZSTD_freeDCtx) {
    const ZSTD_bounds bounds = ZSTD_dParam_getBounds(ZSTD_d_windowLogMax);
    const int log = static_cast<int>(std::bit_width(memory_bytes)) - 1;
    window_log_ = std::clamp(log, bounds.lowerBound, bounds.upperBound);
    if (!context_) return;
    ready_ = !ZSTD_isError(ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, window_log_));
  }

  Result<DecoderStep> step(std::span<const std::byte> in, std::span<std::byte> out, bool ended) override {
    if (!ready_) return fail(ErrorKind::io, "cannot decompress zstd: no memory");
    if (in_frame_) return decode(in, out, ended);
    if (ended) {
      if (any_frame_ && head_.count == 0) return DecoderStep{.finished = true};
      return fail(ErrorKind::invalid_input, "cannot decompress zstd: {}",
                  any_frame_ ? "bytes follow the last frame" : "the stream is cut short");
    }
    return begin_frame(in);
  }

 private:
  // The first bytes of a frame, gathered so that its magic can be checked: the library would also read
  // the formats of its own past.
  struct Head {
    std::array<unsigned char, 4> bytes{};
    std::size_t count = 0;
  };

  Result<DecoderStep> begin_frame(std::span<const std::byte> in) {
    std::size_t consumed = 0;
    while (consumed < in.size() && head_.count < head_.bytes.size()) {
      head_.bytes[head_.count++] = std::to_integer<unsigned char>(in[consumed++]);
    }
    if (head_.count < head_.bytes.size()) return DecoderStep{.consumed = consumed};
    const auto& b = head_.bytes;
    const bool frame = b[0] == 0x28 && b[1] == 0xb5 && b[2] == 0x2f && b[3] == 0xfd;
    const bool skippable = (b[0] & 0xf0) == 0x50 && b[1] == 0x2a && b[2] == 0x4d && b[3] == 0x18;
    if (!frame && !skippable) {
      return fail(ErrorKind::invalid_input, "cannot decompress zstd: {}",
                  any_frame_ ? "bytes follow the last frame" : "this is no zstd stream");
    }
    ZSTD_inBuffer input{head_.bytes.data(), head_.count, 0};
    ZSTD_outBuffer output{nullptr, 0, 0};
    while (input.pos < input.size) {
      const std::size_t result = ZSTD_decompressStream(context_.get(), &output, &input);
      if (ZSTD_isError(result)) return failure(result);
    }
    head_.count = 0;
    in_frame_ = any_frame_ = true;
    return DecoderStep{.consumed = consumed};
  }

  Result<DecoderStep> decode(std::span<const std::byte> in, std::span<std::byte> out, bool ended) {
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    const std::size_t result = ZSTD_decompressStream(context_.get(), &output, &input);
    if (ZSTD_isError(result)) return failure(result);
    in_frame_ = result != 0;
    if (ended && in_frame_ && output.pos == 0) {
      return fail(ErrorKind::invalid_input, "cannot decompress zstd: the stream is cut short");
    }
    return DecoderStep{.consumed = input.pos, .produced = output.pos};
  }

  Result<DecoderStep> failure(std::size_t result) const {
    if (ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge) {
      return fail(ErrorKind::limit_exceeded, "cannot decompress zstd: its window is larger than {} MiB",
                  (std::uint64_t{1} << window_log_) >> 20);
    }
    const ErrorKind kind =
        ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation ? ErrorKind::io : ErrorKind::invalid_input;
    return fail(kind, "cannot decompress zstd: {}", ZSTD_getErrorName(result));
  }

  std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context_;
  int window_log_ = 0;
  bool ready_ = false;
  bool in_frame_ = false;
  bool any_frame_ = false;
  Head head_;
};

// The library gathers input into its own blocks, so the sizes of the writes leave no trace, as long as
// no input is given together with the order to end: that would take another way.
class ZstdCompressor final : public Compressor {
 public:
  ZstdCompressor(int level, ByteSink& sink)
      : sink_(sink),
        context_(ZSTD_createCCtx(), ZSTD_freeCCtx),
        room_(ZSTD_CStreamOutSize()),
        output_(std::make_unique_for_overwrite<std::byte[]>(room_)) {
    const auto set = [&](ZSTD_cParameter parameter, int value) {
      if (ZSTD_isError(ZSTD_CCtx_setParameter(context_.get(), parameter, value))) std::abort();
    };
    if (!context_) std::abort();
    set(ZSTD_c_compressionLevel, level);
    set(ZSTD_c_checksumFlag, 1);
  }

  Status write(std::span<const std::byte> bytes) override {
    ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
    while (input.pos < input.size) TRY_STATUS(step(input, ZSTD_e_continue));
    return {};
  }

  Status finish() override {
    ZSTD_inBuffer input{nullptr, 0, 0};
    do {
      TRY_STATUS(step(input, ZSTD_e_end));
    } while (left_ > 0);
    return {};
  }

 private:
  Status step(ZSTD_inBuffer& input, ZSTD_EndDirective directive) {
    if (failure_) return std::unexpected(*failure_);
    ZSTD_outBuffer output{output_.get(), room_, 0};
    left_ = ZSTD_compressStream2(context_.get(), &output, &input, directive);
    if (ZSTD_isError(left_)) {
      failure_ = Error{ErrorKind::io, fmt::format("cannot compress zstd: {}", ZSTD_getErrorName(left_))};
      return std::unexpected(*failure_);
    }
    if (output.pos == 0) return {};
    auto status = sink_.write({output_.get(), output.pos});
    if (!status) failure_ = status.error();
    return status;
  }

  ByteSink& sink_;
  std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context_;
  std::size_t room_;
  std::unique_ptr<std::byte[]> output_;
  std::size_t left_ = 0;
  std::optional<Error> failure_;
};

}  // namespace

std::unique_ptr<Decoder> zstd_decoder(std::uint64_t memory_bytes) {
  return std::make_unique<ZstdDecoder>(memory_bytes);
}

std::unique_ptr<Compressor> zstd_compressor(int level, ByteSink& sink) {
  return std::make_unique<ZstdCompressor>(level, sink);
}

}  // namespace hauberk
