// SPDX-License-Identifier: Apache-2.0
#include "io/spool_file.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "io/faulty_os.h"

namespace hauberk {
namespace {

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(SpoolFile, GivesBackWhatWasWritten) {
  auto file = SpoolFile::create();
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(text_of(file->bytes().value()), "");
  ASSERT_TRUE(write_text(*file, "one "));
  ASSERT_TRUE(write_text(*file, "two"));
  EXPECT_EQ(text_of(file->bytes().value()), "one two");
  ASSERT_TRUE(write_text(*file, " three"));
  EXPECT_EQ(text_of(file->bytes().value()), "one two three");
}

TEST(SpoolFile, CanBeFilledAgain) {
  auto file = SpoolFile::create();
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_TRUE(write_text(*file, std::string(100'000, 'x')));
  ASSERT_TRUE(file->bytes());
  ASSERT_TRUE(file->clear());
  EXPECT_EQ(text_of(file->bytes().value()), "");
  ASSERT_TRUE(write_text(*file, "new"));
  SpoolFile moved = *std::move(file);
  EXPECT_EQ(text_of(moved.bytes().value()), "new");
}

TEST(SpoolFile, SaysThatTheDiskIsFull) {
  FaultyOs os(0, FaultyOs::Fault::error, ENOSPC);
  auto file = SpoolFile::create(os);
  ASSERT_TRUE(file) << file.error().message;
  const Status written = write_text(*file, "x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::io);
  EXPECT_NE(written.error().message.find("cannot write a temporary file"), std::string::npos);
}

}  // namespace
}  // namespace hauberk
