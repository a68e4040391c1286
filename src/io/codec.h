// The inside of decompress(): one decoder for each format, all driven by one loop.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>

#include "io/compression.h"

namespace hauberk {

// What one step of a decoder did.
struct DecoderStep {
  std::size_t consumed = 0;
  std::size_t produced = 0;
  bool finished = false;  // the end of the last member, after the end of the input
};

class Decoder {
 public:
  virtual ~Decoder() = default;

  // Decodes from `in` into `out` (not empty). `in` is empty only at the end of the input, and then
  // `ended` is true. A step makes progress, finishes or fails.
  virtual Result<DecoderStep> step(std::span<const std::byte> in, std::span<std::byte> out, bool ended) = 0;
};

// Each fails at its first step if the library could not be set up.
std::unique_ptr<Decoder> gzip_decoder();
std::unique_ptr<Decoder> xz_decoder(std::uint64_t memory_bytes);
std::unique_ptr<Decoder> zstd_decoder(std::uint64_t memory_bytes);

std::unique_ptr<Compressor> gzip_compressor(int level, ByteSink& sink);
std::unique_ptr<Compressor> zstd_compressor(int level, ByteSink& sink);

}  // namespace hauberk
