// SPDX-License-Identifier: Apache-2.0
#include "facts/zip.h"

#include <gmock/gmock.h>

#include <random>

#include "facts/test_zip.h"

namespace hauberk {
namespace {

using testing::HasSubstr;

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

TEST(Zip, ReadsStoredAndDeflatedEntries) {
  const std::string bytes = TestZip::of({{"a", "one"}, {"b/c", std::string(5000, 'x'), true}, {"../d", ""}});
  const auto zip = ZipArchive::open(bytes_of(bytes));
  ASSERT_TRUE(zip) << zip.error().message;
  ASSERT_EQ(zip->entries().size(), 3U);
  EXPECT_EQ(zip->entries()[1].name, "b/c");
  EXPECT_EQ(zip->entries()[1].size_bytes, 5000U);
  EXPECT_EQ(zip->entries()[2].name, "../d");
  EXPECT_EQ(zip->read(0, 100), "one");
  EXPECT_EQ(zip->read(1, 5000), std::string(5000, 'x'));
  EXPECT_EQ(zip->read(2, 0), "");
}

TEST(Zip, BytesBeforeTheArchiveAreAllowed) {
  const std::string bytes = "#!/bin/sh\nexec java -jar \"$0\"\n" + TestZip::of({{"a", "one"}});
  const auto zip = ZipArchive::open(bytes_of(bytes));
  ASSERT_TRUE(zip) << zip.error().message;
  EXPECT_EQ(zip->read(0, 100), "one");
}

TEST(Zip, LimitsOfOneEntry) {
  const std::string bomb = TestZip::of({{"zeros", std::string(8 << 20, '\0'), true}, {"small", "abcdef"}});
  const auto zip = ZipArchive::open(bytes_of(bomb));
  ASSERT_TRUE(zip);
  const auto zeros = zip->read(0, 64 << 20);
  ASSERT_FALSE(zeros);
  EXPECT_EQ(zeros.error().kind, ErrorKind::limit_exceeded);
  const auto small = zip->read(1, 5);
  ASSERT_FALSE(small);
  EXPECT_EQ(small.error().kind, ErrorKind::limit_exceeded);
}

// The directory says 10 bytes and the stream holds 8 MiB: what is unpacked counts, not what is said.
TEST(Zip, AnEntryThatLiesAboutItsSize) {
  std::string bytes = TestZip::of({{"zeros", std::string(8 << 20, '\0'), true}});
  const std::size_t directory = bytes.find("PK\1\2");
  for (const std::size_t at : {std::size_t{22}, directory + 24}) bytes.replace(at, 4, TestZip::number(10, 4));
  const auto zip = ZipArchive::open(bytes_of(bytes));
  ASSERT_TRUE(zip) << zip.error().message;
  EXPECT_FALSE(zip->read(0, 1 << 20));
}

TEST(Zip, WhatIsRefused) {
  struct Row {
    const char* summary;
    TestZipEntry entry;
    ErrorKind kind;
  };
  const Row rows[] = {
      {"encrypted", {.name = "a", .content = "0123456789abcdef", .flags = 1}, ErrorKind::unsupported},
      {"bzip2", {.name = "a", .content = "BZh9", .method = 12}, ErrorKind::unsupported},
      {"a method that nobody knows", {.name = "a", .content = "x", .method = 77}, ErrorKind::unsupported},
      {"deflate that is none",
       {.name = "a", .content = "\xff\xff\xff", .method = 8},
       ErrorKind::invalid_input},
  };
  for (const Row& row : rows) {
    const std::string bytes = TestZip::of({row.entry});
    const auto zip = ZipArchive::open(bytes_of(bytes));
    ASSERT_TRUE(zip) << row.summary;
    const auto content = zip->read(0, 100);
    ASSERT_FALSE(content) << row.summary;
    EXPECT_EQ(content.error().kind, row.kind) << row.summary << ": " << content.error().message;
  }
}

TEST(Zip, AWrongChecksumIsNoticed) {
  std::string bytes = TestZip::of({{"a", "content"}});
  bytes[bytes.find("content")] = 'C';
  const auto zip = ZipArchive::open(bytes_of(bytes));
  ASSERT_TRUE(zip);
  EXPECT_FALSE(zip->read(0, 100));
}

TEST(Zip, DamagedDirectoriesAreErrors) {
  const std::string good = TestZip::of({{"a", "one"}, {"b", "two"}});
  for (const std::string& bytes : {std::string(), std::string("PK\3\4"), good.substr(0, good.size() - 30),
                                   good.substr(10), TestZip::of({{"a", "one"}}, 60'000)}) {
    const auto zip = ZipArchive::open(bytes_of(bytes));
    ASSERT_FALSE(zip) << bytes.size();
    EXPECT_EQ(zip.error().kind, ErrorKind::invalid_input) << zip.error().message;
  }
}

TEST(Zip, AClaimOfTooManyEntriesIsRefusedBeforeAnyIsRead) {
  // The larger form of the end: its number of entries has 8 bytes.
  std::string bytes = TestZip::of({{"a", "one"}}, 0xffff);
  const std::string end = bytes.substr(bytes.size() - 22);
  bytes.resize(bytes.size() - 22);
  const std::size_t record = bytes.size();
  bytes += "PK\6\6" + TestZip::number(44, 8) + TestZip::number(45, 2) + TestZip::number(45, 2) +
           std::string(8, '\0') + TestZip::number(1ULL << 40, 8) + TestZip::number(1ULL << 40, 8) +
           TestZip::number(100, 8) + TestZip::number(0, 8);
  bytes += "PK\6\7" + TestZip::number(0, 4) + TestZip::number(record, 8) + TestZip::number(1, 4) + end;
  const auto zip = ZipArchive::open(bytes_of(bytes));
  ASSERT_FALSE(zip);
  EXPECT_EQ(zip.error().kind, ErrorKind::limit_exceeded);
  EXPECT_THAT(zip.error().message, HasSubstr("1099511627776 entries"));
}

TEST(Zip, RandomDamageNeverReadsOutside) {
  const std::string good = TestZip::of({{"a", "one"}, {"b", std::string(3000, 'y'), true}});
  std::mt19937 random(19);
  for (int i = 0; i < 3000; ++i) {
    std::string bytes = good;
    for (int changes = 0; changes < 3; ++changes)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    const auto zip = ZipArchive::open(bytes_of(bytes));
    if (!zip) continue;
    for (std::size_t entry = 0; entry < zip->entries().size(); ++entry) (void)zip->read(entry, 1 << 16);
  }
}

}  // namespace
}  // namespace hauberk
