// SPDX-License-Identifier: Apache-2.0
#include "io/stream.h"

#include <gtest/gtest.h>

#include <array>

namespace hauberk {
namespace {

// Gives its text in pieces of `piece` bytes, then fails if `error` says so.
class DripSource final : public ByteSource {
 public:
  DripSource(std::string_view text, std::size_t piece, bool error = false)
      : source_(text), piece_(piece), error_(error) {}
  Result<std::size_t> read(std::span<std::byte> buffer) override {
    TRY(const std::size_t count, source_.read(buffer.first(std::min(piece_, buffer.size()))));
    if (count == 0 && error_) return fail(ErrorKind::network, "cut");
    return count;
  }

 private:
  MemorySource source_;
  std::size_t piece_;
  bool error_;
};

TEST(Stream, ReadExactly) {
  std::array<char, 4> buffer{};
  DripSource source("abcdef", 3);
  ASSERT_TRUE(read_exactly(source, std::as_writable_bytes(std::span(buffer))));
  EXPECT_EQ(std::string_view(buffer.data(), 4), "abcd");
  const auto second = read_exactly(source, std::as_writable_bytes(std::span(buffer)));
  EXPECT_EQ(second, (fail(ErrorKind::invalid_input, "ends after 2 of 4 bytes")));
  EXPECT_TRUE(read_exactly(source, {}));
}

TEST(Stream, ReadAllWithLimits) {
  struct Row {
    const char* summary;
    std::size_t size;
    std::uint64_t limit;
    bool ok;
  };
  const Row rows[] = {
      {"nothing, limit 0", 0, 0, true},   {"one byte, limit 0", 1, 0, false},
      {"at the limit", 70'000, 70'000, true}, {"one above", 70'001, 70'000, false},
      {"no limit", 300'000, UINT64_MAX, true},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const std::string text(row.size, 'x');
    DripSource source(text, 1000);
    const auto all = read_all(source, row.limit);
    EXPECT_EQ(all.has_value(), row.ok);
    if (all) {
      EXPECT_EQ(*all, text);
    }
    if (!all) {
      EXPECT_EQ(all.error().kind, ErrorKind::limit_exceeded);
    }

    DripSource again(text, 1000);
    MemorySink sink;
    const auto copied = copy(again, sink, row.limit);
    EXPECT_EQ(copied.has_value(), row.ok);
    if (copied) {
      EXPECT_EQ(*copied, row.size);
      EXPECT_EQ(sink.text(), text);
    }
  }
}

TEST(Stream, WhatIsExpectedDecidesOnlyTheMemory) {
  const std::string text(100'000, 'x');
  for (const std::uint64_t expected : {0, 1, 99'999, 100'000, 100'001, 5'000'000}) {
    for (const std::size_t piece : {7, 65'536}) {
      DripSource source(text, piece);
      const auto all = read_all(source, 200'000, expected);
      ASSERT_TRUE(all);
      EXPECT_EQ(*all, text);
      if (expected == text.size()) {
        EXPECT_LT(all->capacity(), text.size() + 64);
      }
    }
  }
  DripSource larger(text, 1000);
  EXPECT_EQ(read_all(larger, 99'999, 100'000).error().kind, ErrorKind::limit_exceeded);
  MemorySource absurd("abc");
  EXPECT_EQ(read_all(absurd, UINT64_MAX, UINT64_MAX), "abc");
}

TEST(Stream, ErrorsOfTheSourcePass) {
  DripSource source("abc", 2, true);
  EXPECT_EQ(read_all(source, 100), (fail(ErrorKind::network, "cut")));
  DripSource again("abc", 2, true);
  MemorySink sink;
  EXPECT_EQ(copy(again, sink), (fail(ErrorKind::network, "cut")));
  EXPECT_EQ(sink.text(), "abc");
}

TEST(Stream, AFullSinkStaysBroken) {
  MemorySink sink(4);
  EXPECT_TRUE(write_text(sink, "abc"));
  EXPECT_EQ(write_text(sink, "de"), (fail(ErrorKind::limit_exceeded, "larger than the limit of 4 bytes")));
  EXPECT_FALSE(write_text(sink, "d"));
  EXPECT_EQ(sink.take(), "abc");
}

TEST(Stream, HashesOnTheWay) {
  MemorySource source(std::string_view("hello"));
  HashingSource in(source);
  MemorySink sink;
  HashingSink out(sink, Digest::Algorithm::sha512);
  EXPECT_EQ(copy(in, out), 5u);
  EXPECT_EQ(in.size_bytes(), 5u);
  EXPECT_EQ(out.size_bytes(), 5u);
  EXPECT_EQ(in.finish(), Digest::of("hello"));
  EXPECT_EQ(out.finish(), Digest::of("hello", Digest::Algorithm::sha512));
  EXPECT_EQ(sink.text(), "hello");
}

}  // namespace
}  // namespace hauberk
