// Compressed streams: gzip, xz and zstd, in both directions where we write them.
//
// Specs: RFC 1952 (gzip), the .xz file format 1.1, RFC 8878 (zstd). Decompressors take hostile input:
// output, memory and (for zstd) window are limited; concatenated members, streams and frames are one
// stream, as the formats say; bytes after the last one are invalid_input. Compressors are
// deterministic: same input, same library version, same bytes, whatever the sizes of the writes.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "io/stream.h"

namespace hauberk {

enum class Compression { none, gzip, xz, zstd };

// "none", "gzip", "xz", "zstd".
std::string_view name_of(Compression compression);

// By the magic bytes at the start of a stream (6 are enough); none if it is none of ours.
Compression compression_of(std::span<const std::byte> start);

struct DecompressionLimits {
  std::uint64_t output_bytes = std::uint64_t{16} << 30;  // limit_exceeded above
  std::uint64_t memory_bytes = std::uint64_t{80} << 20;  // dictionaries and windows; limit_exceeded above
  // At most this many times the input after the first MiB of output; limit_exceeded above. xz cannot
  // exceed about 7,000, so the default only stops bombs that also break output_bytes elsewhere.
  std::uint64_t ratio = 10'000;
};

// Reads `source` decompressed. Compression::none passes bytes through, with the output limit.
// `source` must outlive the result. read() fails with invalid_input on corrupt or truncated input.
std::unique_ptr<ByteSource> decompress(Compression compression, ByteSource& source,
                                       const DecompressionLimits& limits = {});

// A compressor: write, then finish once. Output goes to the sink it was made with, which must outlive it.
class Compressor : public ByteSink {
 public:
  // Writes what is buffered and the trailer. No write may follow.
  virtual Status finish() = 0;
};

// Compression::gzip: libdeflate on blocks of 1 MiB, each its own gzip member (a stream of members is
// one gzip file, RFC 1952 section 2.2), header without name, time and operating system.
// Compression::zstd: one frame with checksum, single-threaded. Compression::none passes through.
// Compression::xz is a bug of the caller. `level` is the library's own.
std::unique_ptr<Compressor> compress(Compression compression, int level, ByteSink& sink);

// What the lock records, for example {"libdeflate", "1.14", 2}: together with the recipe it fixes the
// compressed bytes.
struct CompressorId {
  std::string name;
  std::string version;
  int level = 0;

  friend bool operator==(const CompressorId&, const CompressorId&) = default;
};
CompressorId default_compressor(Compression compression);

}  // namespace hauberk
