// SPDX-License-Identifier: Apache-2.0
#include "io/compression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <lzma.h>
#include <zstd.h>

#include <algorithm>
#include <random>

namespace hauberk {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// Text that compresses about as well as programs do, the same every time.
std::string sample(std::size_t size) {
  std::mt19937 random(1);
  std::string text;
  while (text.size() < size) text += "word" + std::to_string(random() % 5000) + (random() % 7 == 0 ? "\n" : " ");
  text.resize(size);
  return text;
}

std::string xz_of(std::string_view text, std::uint32_t level = 6) {
  std::string out(lzma_stream_buffer_bound(text.size()), '\0');
  std::size_t size = 0;
  const auto result = lzma_easy_buffer_encode(level, LZMA_CHECK_CRC64, nullptr,
                                              reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                                              reinterpret_cast<std::uint8_t*>(out.data()), &size, out.size());
  EXPECT_EQ(result, LZMA_OK);
  out.resize(size);
  return out;
}

std::string compressed(Compression format, std::string_view text) {
  if (format == Compression::xz) return xz_of(text);
  MemorySink sink;
  const auto compressor = compress(format, default_compressor(format).level, sink);
  EXPECT_TRUE(write_text(*compressor, text));
  EXPECT_TRUE(compressor->finish());
  return sink.take();
}

Result<std::string> decompressed(Compression format, std::string_view bytes, const DecompressionLimits& limits = {}) {
  MemorySource source(bytes);
  return read_all(*decompress(format, source, limits), UINT64_MAX);
}

constexpr Compression formats[] = {Compression::gzip, Compression::xz, Compression::zstd};

TEST(Compression, RoundTrips) {
  for (const Compression format : {Compression::none, Compression::gzip, Compression::xz, Compression::zstd}) {
    for (const std::size_t size : {0u, 1u, 1000u, 1u << 20, (1u << 20) + 1, 3'000'000u}) {
      SCOPED_TRACE(fmt::format("{} {}", name_of(format), size));
      const std::string text = sample(size);
      EXPECT_EQ(decompressed(format, compressed(format, text)), text);
    }
  }
}

TEST(Compression, IsFoundByItsMagic) {
  for (const Compression format : formats) {
    const std::string bytes = compressed(format, "x");
    EXPECT_EQ(compression_of(std::as_bytes(std::span(bytes))), format);
    EXPECT_EQ(compression_of(std::as_bytes(std::span(bytes).first(2))), Compression::none);
  }
  EXPECT_EQ(compression_of({}), Compression::none);
}

}  // namespace
}  // namespace hauberk
