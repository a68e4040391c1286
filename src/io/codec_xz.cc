// xz, by liblzma.
//
// Memory: the dictionary that the stream asks for (8 MiB at xz's level 6, 64 MiB at 9) and 64 KiB.
//
// SPDX-License-Identifier: Apache-2.0
#include <lzma.h>

#include "io/codec.h"

namespace hauberk {
namespace {

class XzDecoder final : public Decoder {
 public:
  explicit XzDecoder(std::uint64_t memory_bytes) : memory_bytes_(memory_bytes) {
    setup_ = lzma_stream_decoder(&stream_, memory_bytes, LZMA_CONCATENATED | LZMA_TELL_UNSUPPORTED_CHECK);
  }
  XzDecoder(const XzDecoder&) = delete;
  XzDecoder& operator=(const XzDecoder&) = delete;
  ~XzDecoder() override { lzma_end(&stream_); }

  Result<DecoderStep> step(std::span<const std::byte> in, std::span<std::byte> out, bool ended) override {
    if (setup_ != LZMA_OK) return failure(setup_);
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
    stream_.avail_in = in.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    stream_.avail_out = out.size();
    const lzma_ret result = lzma_code(&stream_, ended ? LZMA_FINISH : LZMA_RUN);
    if (result != LZMA_OK && result != LZMA_STREAM_END) return failure(result);
    return DecoderStep{.consumed = in.size() - stream_.avail_in,
                       .produced = out.size() - stream_.avail_out,
                       .finished = result == LZMA_STREAM_END};
  }

 private:
  Result<DecoderStep> failure(lzma_ret result) const {
    switch (result) {
      case LZMA_MEMLIMIT_ERROR:
        return fail(ErrorKind::limit_exceeded,
                    "cannot decompress xz: needs {} bytes of memory, at most {} are allowed",
                    lzma_memusage(&stream_), memory_bytes_);
      case LZMA_BUF_ERROR:
        return fail(ErrorKind::invalid_input, "cannot decompress xz: the stream is cut short");
      case LZMA_FORMAT_ERROR:
        return fail(ErrorKind::invalid_input, "cannot decompress xz: this is no xz stream");
      case LZMA_DATA_ERROR:
        return fail(ErrorKind::invalid_input,
                    "cannot decompress xz: the stream is damaged or bytes follow it");
      case LZMA_OPTIONS_ERROR:
      case LZMA_UNSUPPORTED_CHECK:
        return fail(ErrorKind::unsupported,
                    "cannot decompress xz: it uses a filter or check that liblzma lacks");
      default:
        return fail(ErrorKind::io, "cannot decompress xz: liblzma gives error {}", static_cast<int>(result));
    }
  }

  lzma_stream stream_ = LZMA_STREAM_INIT;
  std::uint64_t memory_bytes_;
  lzma_ret setup_ = LZMA_PROG_ERROR;
};

}  // namespace

std::unique_ptr<Decoder> xz_decoder(std::uint64_t memory_bytes) {
  return std::make_unique<XzDecoder>(memory_bytes);
}

}  // namespace hauberk
