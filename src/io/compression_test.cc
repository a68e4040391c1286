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
  while (text.size() < size) {
    text += "word" + std::to_string(random() % 5000) + (random() % 7 == 0 ? "\n" : " ");
  }
  text.resize(size);
  return text;
}

std::string xz_of(std::string_view text, std::uint32_t level = 1) {
  std::string out(lzma_stream_buffer_bound(text.size()), '\0');
  std::size_t size = 0;
  const auto* in = reinterpret_cast<const std::uint8_t*>(text.data());
  auto* to = reinterpret_cast<std::uint8_t*>(out.data());
  const auto result = lzma_easy_buffer_encode(level, LZMA_CHECK_CRC64, nullptr, in, text.size(), to, &size,
                                              out.size());
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

Result<std::string> decompressed(Compression format, std::string_view bytes,
                                 const DecompressionLimits& limits = {}) {
  MemorySource source(bytes);
  return read_all(*decompress(format, source, limits), UINT64_MAX);
}

constexpr Compression formats[] = {Compression::gzip, Compression::xz, Compression::zstd};

TEST(Compression, RoundTrips) {
  for (const Compression format :
       {Compression::none, Compression::gzip, Compression::xz, Compression::zstd}) {
    for (const std::size_t size : {0u, 1u, 1000u, 1u << 20, (1u << 20) + 1, 2'500'000u}) {
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


// Gives one byte at a time.
class OneByteSource final : public ByteSource {
 public:
  explicit OneByteSource(std::string_view text) : source_(text) {}
  Result<std::size_t> read(std::span<std::byte> buffer) override {
    return source_.read(buffer.first(std::min<std::size_t>(1, buffer.size())));
  }

 private:
  MemorySource source_;
};

TEST(Compression, TheSizesOfReadsDoNotMatter) {
  const std::string text = sample(50'000);
  for (const Compression format : formats) {
    SCOPED_TRACE(name_of(format));
    const std::string bytes = compressed(format, text) + compressed(format, "second");
    OneByteSource source(bytes);
    const auto decompressor = decompress(format, source);
    std::string got;
    std::byte byte;
    for (;;) {
      const auto count = decompressor->read({&byte, 1});
      ASSERT_TRUE(count) << count.error().message;
      if (*count == 0) break;
      got += static_cast<char>(byte);
    }
    EXPECT_EQ(got, text + "second");
  }
}

TEST(Compression, TheSizesOfWritesLeaveNoTrace) {
  const std::string text = sample(5'000'000);
  for (const Compression format : {Compression::gzip, Compression::zstd}) {
    const std::string whole = compressed(format, text);
    std::mt19937 random(2);
    for (const std::uint32_t most : {1'000u, 100'000u, 3'000'000u}) {
      SCOPED_TRACE(fmt::format("{} {}", name_of(format), most));
      MemorySink sink;
      const auto compressor = compress(format, default_compressor(format).level, sink);
      for (std::size_t at = 0; at < text.size();) {
        const std::string_view piece = std::string_view(text).substr(at, random() % most);
        ASSERT_TRUE(write_text(*compressor, piece));
        at += piece.size();
      }
      ASSERT_TRUE(compressor->finish());
      EXPECT_EQ(Digest::of(sink.text()), Digest::of(whole));
    }
  }
}

TEST(Compression, GzipHasNoNameTimeOrSystem) {
  for (const std::string_view text : {"", "x"}) {
    const std::string bytes = compressed(Compression::gzip, text);
    EXPECT_EQ(bytes.substr(0, 8), std::string("\x1f\x8b\x08\0\0\0\0\0", 8));  // flags and time are 0
    EXPECT_EQ(bytes[9], '\xff');                                                  // system unknown
  }
}

TEST(Compression, MembersStreamsAndFramesFollowEachOther) {
  for (const Compression format : formats) {
    SCOPED_TRACE(name_of(format));
    const std::string empty = compressed(format, "");
    EXPECT_EQ(decompressed(format, compressed(format, "a") + empty + compressed(format, "b")), "ab");
    EXPECT_EQ(decompressed(format, empty), "");
  }
  // Padding between xz streams is of multiples of four zero bytes; zstd has frames to be skipped.
  EXPECT_EQ(decompressed(Compression::xz, xz_of("a") + std::string(8, '\0') + xz_of("b")), "ab");
  const std::string skipped("\x5a\x2a\x4d\x18\x03\0\0\0abc", 11);
  EXPECT_EQ(decompressed(Compression::zstd, skipped + compressed(Compression::zstd, "a") + skipped), "a");
}

TEST(Compression, CutAnywhereIsInvalid) {
  const std::string text = sample(3000);
  for (const Compression format : formats) {
    const std::string bytes = compressed(format, text);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const auto got = decompressed(format, bytes.substr(0, size));
      ASSERT_FALSE(got) << name_of(format) << " cut after " << size;
      ASSERT_EQ(got.error().kind, ErrorKind::invalid_input) << got.error().message;
    }
    // A second one that is cut is no better.
    EXPECT_FALSE(decompressed(format, bytes + bytes.substr(0, 3))) << name_of(format);
    EXPECT_FALSE(decompressed(format, bytes + bytes.substr(0, 20))) << name_of(format);
  }
}

TEST(Compression, EveryFlippedByteIsNoticed) {
  const std::string text = sample(500);
  for (const Compression format : formats) {
    const std::string bytes = compressed(format, text);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
      // Some bytes of a header carry nothing (gzip's time); then the text is still right.
      const auto got = decompressed(format, damaged);
      EXPECT_EQ(got.value_or(text), text) << name_of(format) << " at " << at;
    }
  }
}

TEST(Compression, BytesAfterTheEnd) {
  for (const Compression format : formats) {
    for (const std::string& after : {std::string("x"), std::string("garbage that is longer"),
                                     std::string(3, '\0'), std::string("\x1f\x8b"), std::string("BZh9")}) {
      SCOPED_TRACE(fmt::format("{} {}", name_of(format), after.size()));
      const auto got = decompressed(format, compressed(format, "text") + after);
      ASSERT_FALSE(got);
      EXPECT_EQ(got.error().kind, ErrorKind::invalid_input) << got.error().message;
      EXPECT_THAT(got.error().message, StartsWith("cannot decompress " + std::string(name_of(format))));
    }
  }
}

TEST(Compression, OtherFormatsAreRefused) {
  for (const Compression format : formats) {
    for (const Compression other : formats) {
      if (format == other) continue;
      const auto got = decompressed(format, compressed(other, "text"));
      ASSERT_FALSE(got) << name_of(format) << " given " << name_of(other);
      EXPECT_EQ(got.error().kind, ErrorKind::invalid_input);
    }
  }
  // A format of zstd's own past (0.7), which the library would read.
  EXPECT_THAT(decompressed(Compression::zstd, std::string("\x27\xb5\x2f\xfd\0\0\0\0", 8)).error().message,
              HasSubstr("no zstd stream"));
}

// Sixty-four MiB of zeros in a few KiB.
std::string bomb(Compression format) {
  const std::string zeros(64 << 20, '\0');
  if (format != Compression::gzip) return compressed(format, zeros);
  const std::string member = compressed(format, std::string_view(zeros).substr(0, 1 << 20));
  std::string all;
  for (int i = 0; i < 64; ++i) all += member;
  return all;
}

TEST(Compression, Bombs) {
  for (const Compression format : formats) {
    SCOPED_TRACE(name_of(format));
    const std::string bytes = bomb(format);
    EXPECT_LT(bytes.size(), 200'000u);
    const auto by_size = decompressed(format, bytes, {.output_bytes = (64 << 20) - 1, .ratio = 100'000});
    ASSERT_FALSE(by_size);
    EXPECT_EQ(by_size.error().kind, ErrorKind::limit_exceeded);
    EXPECT_THAT(by_size.error().message, HasSubstr("more than 67108863 bytes"));
    const auto by_ratio = decompressed(format, bytes, {.ratio = 100});
    ASSERT_FALSE(by_ratio);
    EXPECT_EQ(by_ratio.error().kind, ErrorKind::limit_exceeded);
    EXPECT_THAT(by_ratio.error().message, HasSubstr("100 times"));
    // Exactly at the limit is fine; so is a small output whatever its ratio.
    MemorySource source(bytes);
    MemorySink sink;
    EXPECT_EQ(copy(*decompress(format, source, {.output_bytes = 64 << 20, .ratio = 100'000}), sink),
              64u << 20);
    const std::string small = compressed(format, std::string(1 << 20, '\0'));
    EXPECT_TRUE(decompressed(format, small, {.ratio = 1}));
  }
  MemorySource source(std::string_view("0123456789"));
  EXPECT_EQ(read_all(*decompress(Compression::none, source, {.output_bytes = 9}), 100).error().kind,
            ErrorKind::limit_exceeded);
}

TEST(Compression, MemoryIsLimited) {
  const std::string text = sample(1000);
  const auto xz = decompressed(Compression::xz, xz_of(text, 9));  // asks for a 64 MiB dictionary
  EXPECT_TRUE(xz) << xz.error().message;
  const auto less = decompressed(Compression::xz, xz_of(text, 9), {.memory_bytes = 60 << 20});
  ASSERT_FALSE(less);
  EXPECT_EQ(less.error().kind, ErrorKind::limit_exceeded);

  // A frame whose header asks for a window of 128 MiB (RFC 8878, section 3.1.1.1.2: exponent 17).
  const std::string wide("\x28\xb5\x2f\xfd\x00\x88\x01\x00\x00", 9);
  const auto zstd = decompressed(Compression::zstd, wide);
  ASSERT_FALSE(zstd);
  EXPECT_EQ(zstd.error().kind, ErrorKind::limit_exceeded) << zstd.error().message;
  EXPECT_EQ(decompressed(Compression::zstd, wide, {.memory_bytes = 128 << 20}), "");
}

TEST(Compression, FailuresStay) {
  for (const Compression format : formats) {
    MemorySource source(std::string_view("no stream of any kind"));
    const auto decompressor = decompress(format, source);
    std::byte buffer[16];
    const auto first = decompressor->read(buffer);
    ASSERT_FALSE(first);
    EXPECT_EQ(decompressor->read(buffer), first);
  }
  for (const Compression format : {Compression::gzip, Compression::zstd}) {
    MemorySink sink(10);
    const auto compressor = compress(format, default_compressor(format).level, sink);
    Status status = write_text(*compressor, sample(3 << 20));
    if (status) status = compressor->finish();
    EXPECT_FALSE(status) << name_of(format);
    EXPECT_FALSE(compressor->finish()) << name_of(format);
  }
}

TEST(Compression, TheCompressorHasAName) {
  EXPECT_THAT(default_compressor(Compression::gzip).name, "libdeflate");
  EXPECT_EQ(default_compressor(Compression::zstd), (CompressorId{"libzstd", ZSTD_versionString(), 3}));
}

}  // namespace
}  // namespace hauberk
