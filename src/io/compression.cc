// The loop that all decompressors share, with its limits; and the choice of the format.
//
// SPDX-License-Identifier: Apache-2.0
#include "io/compression.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

#include "io/codec.h"

namespace hauberk {
namespace {

constexpr std::size_t input_bytes = 128 << 10;
constexpr std::uint64_t ratio_free_bytes = 1 << 20;  // of output, before the ratio is judged

constexpr std::array<unsigned char, 3> gzip_magic = {0x1f, 0x8b, 0x08};
constexpr std::array<unsigned char, 6> xz_magic = {0xfd, '7', 'z', 'X', 'Z', 0x00};
constexpr std::array<unsigned char, 4> zstd_magic = {0x28, 0xb5, 0x2f, 0xfd};

template <std::size_t N>
bool begins_with(std::span<const std::byte> bytes, const std::array<unsigned char, N>& magic) {
  return bytes.size() >= N && std::ranges::equal(bytes.first(N), std::as_bytes(std::span(magic)));
}

// The limit on output, and that on its ratio to the input.
class OutputMeter {
 public:
  OutputMeter(Compression format, const DecompressionLimits& limits) : format_(format), limits_(limits) {}

  Status add(std::size_t consumed, std::size_t produced) {
    consumed_ += consumed;
    produced_ += produced;
    if (produced_ > limits_.output_bytes) {
      return fail(ErrorKind::limit_exceeded, "cannot decompress {}: more than {} bytes of output",
                  name_of(format_), limits_.output_bytes);
    }
    if (produced_ > ratio_free_bytes && produced_ / limits_.ratio > consumed_) {
      return fail(ErrorKind::limit_exceeded,
                  "cannot decompress {}: the output is more than {} times the input", name_of(format_),
                  limits_.ratio);
    }
    return {};
  }

 private:
  Compression format_;
  DecompressionLimits limits_;
  std::uint64_t consumed_ = 0;
  std::uint64_t produced_ = 0;
};

class PassThrough final : public ByteSource {
 public:
  PassThrough(ByteSource& source, const DecompressionLimits& limits)
      : source_(source), meter_(Compression::none, limits) {}

  Result<std::size_t> read(std::span<std::byte> buffer) override {
    if (failure_) return std::unexpected(*failure_);
    auto count = source_.read(buffer);
    if (!count) failure_ = count.error();
    if (count) {
      if (auto status = meter_.add(*count, *count); !status) failure_ = status.error();
    }
    if (failure_) return std::unexpected(*failure_);
    return count;
  }

 private:
  ByteSource& source_;
  OutputMeter meter_;
  std::optional<Error> failure_;
};

class Decompressor final : public ByteSource {
 public:
  Decompressor(Compression format, std::unique_ptr<Decoder> decoder, ByteSource& source,
               const DecompressionLimits& limits)
      : decoder_(std::move(decoder)),
        source_(source),
        meter_(format, limits),
        buffer_(std::make_unique_for_overwrite<std::byte[]>(input_bytes)) {}

  Result<std::size_t> read(std::span<std::byte> buffer) override {
    if (failure_) return std::unexpected(*failure_);
    if (finished_ || buffer.empty()) return std::size_t{0};
    auto count = decode(buffer);
    if (!count) failure_ = count.error();
    return count;
  }

 private:
  Result<std::size_t> decode(std::span<std::byte> buffer) {
    for (;;) {
      TRY_STATUS(refill());
      TRY(const DecoderStep step, decoder_->step(input_, buffer, ended_));
      input_ = input_.subspan(step.consumed);
      TRY_STATUS(meter_.add(step.consumed, step.produced));
      finished_ = step.finished;
      if (step.produced > 0 || finished_) return step.produced;
    }
  }

  Status refill() {
    if (!input_.empty() || ended_) return {};
    TRY(const std::size_t count, source_.read({buffer_.get(), input_bytes}));
    input_ = {buffer_.get(), count};
    ended_ = count == 0;
    return {};
  }

  std::unique_ptr<Decoder> decoder_;
  ByteSource& source_;
  OutputMeter meter_;
  std::unique_ptr<std::byte[]> buffer_;
  std::span<const std::byte> input_;
  bool ended_ = false;
  bool finished_ = false;
  std::optional<Error> failure_;
};

class PassThroughCompressor final : public Compressor {
 public:
  explicit PassThroughCompressor(ByteSink& sink) : sink_(sink) {}
  Status write(std::span<const std::byte> bytes) override { return sink_.write(bytes); }
  Status finish() override { return {}; }

 private:
  ByteSink& sink_;
};

}  // namespace

std::string_view name_of(Compression compression) {
  switch (compression) {
    case Compression::none:
      return "none";
    case Compression::gzip:
      return "gzip";
    case Compression::xz:
      return "xz";
    case Compression::zstd:
      return "zstd";
  }
  std::abort();
}

Compression compression_of(std::span<const std::byte> start) {
  if (begins_with(start, gzip_magic)) return Compression::gzip;
  if (begins_with(start, xz_magic)) return Compression::xz;
  if (begins_with(start, zstd_magic)) return Compression::zstd;
  return Compression::none;
}

std::unique_ptr<ByteSource> decompress(Compression compression, ByteSource& source,
                                       const DecompressionLimits& limits) {
  const auto with = [&](std::unique_ptr<Decoder> decoder) {
    return std::make_unique<Decompressor>(compression, std::move(decoder), source, limits);
  };
  switch (compression) {
    case Compression::none:
      return std::make_unique<PassThrough>(source, limits);
    case Compression::gzip:
      return with(gzip_decoder());
    case Compression::xz:
      return with(xz_decoder(limits.memory_bytes));
    case Compression::zstd:
      return with(zstd_decoder(limits.memory_bytes));
  }
  std::abort();
}

std::unique_ptr<Compressor> compress(Compression compression, int level, ByteSink& sink) {
  switch (compression) {
    case Compression::none:
      return std::make_unique<PassThroughCompressor>(sink);
    case Compression::gzip:
      return gzip_compressor(level, sink);
    case Compression::zstd:
      return zstd_compressor(level, sink);
    case Compression::xz:
      break;
  }
  std::abort();
}

}  // namespace hauberk
