// Scratch bytes: the same whether they lie in memory, in a file, or in both.
//
// SPDX-License-Identifier: Apache-2.0
#include "io/scratch.h"

#include <gtest/gtest.h>

#include "io/faulty_os.h"
#include "io/test_folder.h"

namespace hauberk {
namespace {

// The bytes that a position always has.
std::string piece(std::size_t begin, std::size_t size) {
  std::string text;
  for (std::size_t i = begin; i < begin + size; ++i) text += static_cast<char>('a' + i * 7 % 26);
  return text;
}

void fill(Scratch& scratch, std::size_t size) {
  for (std::size_t at = 0; at < size; at += 13) {
    ASSERT_TRUE(scratch.append(piece(at, std::min<std::size_t>(13, size - at))));
  }
}

TEST(Scratch, ReadsWhatWasWrittenAtAnyPlace) {
  const TestFolder folder;
  const Dir dir = Dir::open(folder.path()).value();
  for (const std::size_t memory : {0, 1, 50, 999, 1000, 5000}) {
    Scratch scratch(dir, memory);
    fill(scratch, 1000);
    ASSERT_EQ(scratch.size_bytes(), 1000U);
    for (const auto& [offset, size] : {std::pair{0, 1000}, {0, 0}, {999, 1}, {400, 300}, {1000, 0}}) {
      std::string text = "before ";
      ASSERT_TRUE(scratch.read(static_cast<std::uint64_t>(offset), static_cast<std::size_t>(size), text));
      EXPECT_EQ(text, "before " + piece(static_cast<std::size_t>(offset), static_cast<std::size_t>(size)))
          << memory << " " << offset;
    }
  }
}

TEST(Scratch, LeavesNothing) {
  const TestFolder folder;
  const Dir dir = Dir::open(folder.path()).value();
  Scratch scratch(dir, 10);
  fill(scratch, 100);
  EXPECT_TRUE(dir.list("tmp").value().empty()) << "its file has no name, even while it is used";
}

TEST(Scratch, AFullDiskIsAnErrorThatNamesTheFolder) {
  const TestFolder folder;
  bool has_failed = false;
  for (int fault = 0; fault < 20; ++fault) {
    FaultyOs os(fault);
    const Dir dir = Dir::open(folder.path(), false, os).value();
    Scratch scratch(dir, 10);
    Status written;
    for (int i = 0; i < 10 && written; ++i) written = scratch.append("0123456789");
    if (written) continue;
    has_failed = true;
    EXPECT_EQ(written.error().kind, ErrorKind::io);
    EXPECT_NE(written.error().message.find(folder.path()), std::string::npos) << written.error().message;
  }
  EXPECT_TRUE(has_failed);
}

}  // namespace
}  // namespace hauberk
