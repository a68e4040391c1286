// The conformance suite of BlobStore, on the one implementation there is.
//
// SPDX-License-Identifier: Apache-2.0
#include "oci/blob_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "io/test_folder.h"

namespace hauberk {
namespace {

using testing::HasSubstr;

// A store in a new folder, removed at the end.
struct TestStore {
  TestFolder folder;
  std::string path = folder.path();
  Dir dir = Dir::open(path).value();
  std::unique_ptr<BlobStore> store = std::make_unique<DirBlobStore>(dir);

  std::string file_of(const Digest& digest) const { return path + "/" + blob_path(digest); }
  void overwrite(const Digest& digest, std::string_view text) const {
    std::filesystem::permissions(file_of(digest), std::filesystem::perms::owner_all);
    std::ofstream(file_of(digest), std::ios::trunc) << text;
  }
  std::size_t files() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
      if (entry.is_regular_file()) ++count;
    }
    return count;
  }
};

TEST(BlobStore, WhatIsPutIsThere) {
  TestStore test;
  const auto digest = put_blob(*test.store, "hello");
  ASSERT_TRUE(digest) << digest.error().message;
  EXPECT_EQ(*digest, Digest::of("hello"));
  EXPECT_EQ(test.store->size_bytes(*digest).value(), 5U);
  EXPECT_TRUE(test.store->has(*digest).value());
  EXPECT_EQ(read_verified(*test.store, *digest, 5).value(), "hello");
  EXPECT_TRUE(std::filesystem::exists(test.file_of(*digest)));
}

TEST(BlobStore, PutTwiceIsOnce) {
  TestStore test;
  const auto digest = put_blob(*test.store, "hello");
  const auto before = std::filesystem::last_write_time(test.file_of(*digest));
  ASSERT_TRUE(put_blob(*test.store, "hello"));
  EXPECT_EQ(test.files(), 1U);
  EXPECT_EQ(std::filesystem::last_write_time(test.file_of(*digest)), before);
}

TEST(BlobStore, EmptyBlobAndSha512) {
  TestStore test;
  const auto empty = put_blob(*test.store, "");
  ASSERT_TRUE(empty) << empty.error().message;
  EXPECT_EQ(read_verified(*test.store, *empty, 0).value(), "");
  auto blob = test.store->create(Digest::Algorithm::sha512);
  ASSERT_TRUE(blob) << blob.error().message;
  ASSERT_TRUE(write_text(**blob, "hel"));
  ASSERT_TRUE(write_text(**blob, "lo"));
  EXPECT_EQ((*blob)->size_bytes(), 5U);
  const auto digest = (*blob)->commit();
  ASSERT_TRUE(digest) << digest.error().message;
  EXPECT_EQ(*digest, Digest::of("hello", Digest::Algorithm::sha512));
  EXPECT_EQ(read_verified(*test.store, *digest, 100).value(), "hello");
}

TEST(BlobStore, UnexpectedBytesStayInvisible) {
  TestStore test;
  auto blob = test.store->create();
  ASSERT_TRUE(blob);
  ASSERT_TRUE(write_text(**blob, "hello"));
  const Digest expected = Digest::of("other");
  const auto digest = (*blob)->commit(&expected);
  ASSERT_FALSE(digest);
  EXPECT_EQ(digest.error().kind, ErrorKind::verification_failed);
  blob->reset();
  EXPECT_FALSE(test.store->has(expected).value());
  EXPECT_FALSE(test.store->has(Digest::of("hello")).value());
  EXPECT_EQ(test.files(), 0U);
}

TEST(BlobStore, NotCommittedLeavesNothing) {
  TestStore test;
  {
    auto blob = test.store->create();
    ASSERT_TRUE(blob);
    ASSERT_TRUE(write_text(**blob, "hello"));
  }
  EXPECT_EQ(test.files(), 0U);
}

TEST(BlobStore, AbsentBlob) {
  TestStore test;
  const Digest absent = Digest::of("absent");
  EXPECT_FALSE(test.store->has(absent).value());
  for (const Error& error : {test.store->open(absent).error(), test.store->size_bytes(absent).error(),
                             read_verified(*test.store, absent, 10).error()}) {
    EXPECT_EQ(error.kind, ErrorKind::not_found);
    EXPECT_THAT(error.message, HasSubstr(absent.text()));
  }
  EXPECT_TRUE(test.store->remove(absent));
}

TEST(BlobStore, RemovedIsGone) {
  TestStore test;
  const auto digest = put_blob(*test.store, "hello");
  ASSERT_TRUE(test.store->remove(*digest));
  EXPECT_FALSE(test.store->has(*digest).value());
}

TEST(BlobStore, DamageIsNoticed) {
  struct Row {
    std::string summary, bytes;
  };
  const Row rows[] = {{"changed", "hellO"}, {"longer", "hello!"}, {"shorter", "hell"}, {"empty", ""}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    TestStore test;
    const auto digest = put_blob(*test.store, "hello");
    test.overwrite(*digest, row.bytes);
    auto source = open_verified(*test.store, *digest, 5);
    ASSERT_TRUE(source);
    const auto text = read_all(**source, 100);
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().kind, ErrorKind::verification_failed);
    EXPECT_EQ(read_verified(*test.store, *digest, 100).error().kind, ErrorKind::verification_failed);
  }
}

TEST(BlobStore, TruncatedBlobIsWrittenAnew) {
  TestStore test;
  const auto digest = put_blob(*test.store, "hello");
  test.overwrite(*digest, "he");
  ASSERT_TRUE(put_blob(*test.store, "hello"));
  EXPECT_EQ(read_verified(*test.store, *digest, 5).value(), "hello");
}

TEST(BlobStore, WrongBytesOfTheRightLengthAreWrittenAnew) {
  TestStore test;
  const auto digest = put_blob(*test.store, "hello");
  test.overwrite(*digest, "hellO");
  EXPECT_EQ(check_blob(*test.store, *digest, 5).error().kind, ErrorKind::verification_failed);
  ASSERT_TRUE(put_blob(*test.store, "hello"));
  EXPECT_EQ(read_verified(*test.store, *digest, 5).value(), "hello");
  EXPECT_TRUE(check_blob(*test.store, *digest, 5));
}

TEST(BlobStore, DamageIsTheReasonWhyUnpackingFailed) {
  const Error unpacking{ErrorKind::invalid_input, "no gzip"};
  TestStore test;
  const auto digest = put_blob(*test.store, "hello");
  EXPECT_EQ(unpack_error(**open_verified(*test.store, *digest, 5), unpacking).error(), unpacking);
  test.overwrite(*digest, "hellO");
  const Error error = unpack_error(**open_verified(*test.store, *digest, 5), unpacking).error();
  EXPECT_EQ(error.kind, ErrorKind::verification_failed);
  EXPECT_THAT(error.message, HasSubstr(digest->text()));
  EXPECT_THAT(error.message, HasSubstr("build --no-cache"));
}

TEST(BlobStore, LimitIsKept) {
  TestStore test;
  const auto digest = put_blob(*test.store, "hello");
  EXPECT_EQ(read_verified(*test.store, *digest, 4).error().kind, ErrorKind::limit_exceeded);
}

TEST(BlobStore, ManyWritersOfTheSameAndOtherBlobs) {
  TestStore test;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int j = 0; j < 20; ++j) {
        EXPECT_TRUE(put_blob(*test.store, "same"));
        EXPECT_TRUE(put_blob(*test.store, fmt::format("{} {}", i, j)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(test.files(), 161U);
  EXPECT_EQ(read_verified(*test.store, Digest::of("same"), 4).value(), "same");
}

}  // namespace
}  // namespace hauberk
