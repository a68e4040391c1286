// Records of files, the sorter that orders them, and the map that tells their paths apart.
//
// SPDX-License-Identifier: Apache-2.0
#include "assemble/file_facts.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "assemble/path_map.h"
#include "assemble/record_sorter.h"
#include "io/test_folder.h"

namespace hauberk {
namespace {

FileFact some_file(std::string path) {
  FileFact file;
  file.entry.path = std::move(path);
  file.entry.mode = 04755;
  file.entry.uid = UINT32_MAX;
  file.entry.gid = 7;
  file.entry.size_bytes = std::uint64_t{1} << 40;
  file.entry.mtime_seconds = -2;
  file.digest = Digest::of("content");
  return file;
}

void put(std::string& out, const FileFact& file) {
  put_record(out, file.entry, file.digest ? file.digest->hex() : "");
}

TEST(FileFacts, RecordsAreReadAsTheyWereWritten) {
  std::vector<FileFact> files = {some_file("a"), some_file(std::string(4096, '\xff'))};
  for (const auto type : {TarEntry::Type::symlink, TarEntry::Type::hard_link, TarEntry::Type::directory}) {
    FileFact& file = files.emplace_back();
    file.entry.type = type;
    file.entry.path = std::string("n\0ul", 4);
    file.entry.link_target = type == TarEntry::Type::directory ? "" : std::string(4096, 't');
    file.entry.mtime_seconds = INT64_MIN;
  }
  std::string bytes;
  for (int i = 0; i < 30; ++i) {
    for (const FileFact& file : files) put(bytes, file);
  }
  MemorySource source(bytes);
  RecordReader reader(source);
  for (std::size_t i = 0; i < 30 * files.size(); ++i) {
    const auto next = reader.next();
    ASSERT_TRUE(next && *next) << i;
    EXPECT_EQ(**next, files[i % files.size()]) << i;
  }
  EXPECT_EQ(reader.next().value(), std::nullopt);
}

TEST(FileFacts, EveryCutAndEveryWrongValueIsAnError) {
  std::string bytes;
  put(bytes, some_file("a/path"));
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    MemorySource source(std::string_view(bytes).substr(0, size));
    RecordReader reader(source);
    EXPECT_FALSE(reader.next()) << size;
  }
  for (const std::string& wrong : {std::string("x"), std::string("f\x80\x80\x01"),
                                   "f" + std::string(12, '\xff'), bytes.substr(0, bytes.size() - 1) + "Z"}) {
    std::string_view rest = wrong;
    EXPECT_FALSE(take_record(rest)) << wrong;
  }
}

TEST(RecordSorter, OrdersByPathThenAsAdded) {
  const TestFolder folder;
  const Dir dir = Dir::open(folder.path()).value();
  for (const std::size_t memory : {64, 1000, 1'000'000}) {
    RecordSorter sorter(dir, memory);
    std::multimap<std::string, std::string> expected;
    std::minstd_rand random(7);
    for (int i = 0; i < 3000; ++i) {
      const std::string path = fmt::format("{}", random() % 1000);
      expected.emplace(path, std::to_string(i));
      ASSERT_TRUE(sorter.add(path, std::to_string(i)));
    }
    auto next = expected.begin();
    ASSERT_TRUE(sorter.give([&](std::string_view path, std::string_view value) {
      EXPECT_EQ(std::pair(path, value),
                std::pair(std::string_view(next->first), std::string_view(next->second)));
      ++next;
      return Status();
    }));
    EXPECT_EQ(next, expected.end()) << memory;
  }
}

TEST(RecordSorter, LongRecordsAndErrorsOfTheTaker) {
  const TestFolder folder;
  const Dir dir = Dir::open(folder.path()).value();
  RecordSorter sorter(dir, 1000);
  EXPECT_FALSE(sorter.add(std::string(100'000, 'a'), ""));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(sorter.add(std::string(4096, 'a'), std::string(8192, 'b')));
  int seen = 0;
  const auto given = sorter.give([&](std::string_view, std::string_view) -> Status {
    if (++seen == 3) return fail(ErrorKind::conflict, "three");
    return {};
  });
  ASSERT_FALSE(given);
  EXPECT_EQ(given.error().message, "three");
}

TEST(PathMap, KnowsWhatWasPutIn) {
  PathMap map;
  EXPECT_FALSE(map.contains("a"));
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    ASSERT_EQ(map.emplace(std::to_string(i), i), std::pair(i, true));
  }
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    ASSERT_EQ(map.find(std::to_string(i)), i);
    ASSERT_EQ(map.emplace(std::to_string(i), 5), std::pair(i, false));
  }
  EXPECT_EQ(map.find("20000"), std::nullopt);
  map.clear();
  EXPECT_FALSE(map.contains("1"));
}

}  // namespace
}  // namespace hauberk
