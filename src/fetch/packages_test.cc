// The packages of a lock: streamed, hashed, resumed, and never half there.
//
// SPDX-License-Identifier: Apache-2.0
#include "fetch/packages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "fetch/fake_mirror_test.h"

namespace hauberk {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class PackagesTest : public FetchTest {
 protected:
  // A package that the mirror has, for the lock.
  LockedPackage offer(const std::string& name, const std::string& body) {
    const std::string path = fmt::format("/debian/pool/{}.deb", name);
    mirror->put(path, body);
    return LockedPackage{.name = name,
                         .version = "1.0-1",
                         .architecture = "amd64",
                         .source = name,
                         .source_version = "1.0-1",
                         .digest = Digest::of(body),
                         .size_bytes = body.size(),
                         .url = mirror->server().url(path),
                         .platforms = {Platform::amd64()},
                         .reason = "listed",
                         .replaces = ""};
  }

  static Lock lock_of(std::vector<LockedPackage> packages) {
    Lock lock;
    lock.packages = std::move(packages);
    return lock;
  }

  Status fetch(const Lock& lock, FetchOptions options = {}) {
    const FixedClock clock(test_now());
    return Fetcher(mirror->store(), client, clock, progress, options).packages(lock);
  }

  std::vector<std::string> vault_files() const { return mirror->store().vault().list("sha256").value(); }
};

std::string some_bytes(std::size_t size, char seed) {
  std::string bytes(size, seed);
  for (std::size_t i = 0; i < size; i += 97)
    bytes[i] = static_cast<char>(i * 31 + static_cast<std::size_t>(seed));
  return bytes;
}

TEST_F(PackagesTest, AllAreInTheVaultAfterwards) {
  std::vector<LockedPackage> packages;
  std::uint64_t total = 0;
  for (char c = 'a'; c <= 'z'; ++c) {
    packages.push_back(offer(std::string("pkg-") + c,
                             some_bytes(1000 + 3000 * static_cast<std::size_t>(c - 'a'), c)));
    total += packages.back().size_bytes;
  }
  const Lock lock = lock_of(packages);
  const auto status = fetch(lock);
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_THAT(vault_files(), SizeIs(26));
  EXPECT_EQ(progress.advanced, total);
  for (const LockedPackage& package : packages) {
    const auto bytes = mirror->store().vault().read_file(vault_path(package.digest), 1 << 20);
    ASSERT_TRUE(bytes);
    EXPECT_EQ(Digest::of(*bytes), package.digest);
  }
  const std::size_t asked = mirror->server().requests().size();
  EXPECT_TRUE(fetch(lock));
  EXPECT_TRUE(fetch(lock, {.offline = true}));
  EXPECT_EQ(mirror->server().requests().size(), asked) << "nothing is fetched twice";
}

TEST_F(PackagesTest, ABrokenTransferGoesOnWhereItStopped) {
  const std::string body = some_bytes(500'000, 'r');
  const LockedPackage package = offer("resumed", body);
  const TestAnswer whole{.body = body, .etag = "\"1\""};
  TestAnswer broken = whole;
  broken.cut_after = 200'000;
  mirror->server().in_turn("/debian/pool/resumed.deb", {broken, whole});
  const auto status = fetch(lock_of({package}));
  ASSERT_TRUE(status) << status.error().message;
  const auto requests = mirror->server().requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_TRUE(requests[1].headers.contains("range"));
}

TEST_F(PackagesTest, WrongBytesAreRefusedAndNotKept) {
  const std::string body = some_bytes(50'000, 'b');
  std::string changed = body;
  changed[25'000] = static_cast<char>(changed[25'000] ^ 1);
  struct Row {
    std::string summary;
    TestAnswer answer;
    ErrorKind kind;
    std::string message;
  };
  const std::vector<Row> rows = {
      {"a wrong hash", {.body = changed}, ErrorKind::verification_failed, "its hash is sha256:"},
      {"cut short by the mirror",
       {.body = body.substr(0, 40'000)},
       ErrorKind::verification_failed,
       "it has 40000 bytes instead of 50000"},
      {"cut short, length unannounced",
       {.body = body.substr(0, 40'000), .length = false},
       ErrorKind::verification_failed,
       "it has 40000 bytes instead of 50000"},
      {"cut short on the way", {.body = body, .ranges = false, .cut_after = 40'000}, ErrorKind::network, ""},
      {"too long", {.body = body + "x"}, ErrorKind::verification_failed, "longer than the 50000 bytes"},
      {"empty", {.body = ""}, ErrorKind::verification_failed, "it has 0 bytes"},
      {"gone", {.status = 404}, ErrorKind::not_found, "make a new lock"},
      {"the server fails", {.status = 500}, ErrorKind::network, "500"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const LockedPackage package = offer("bad", body);
    mirror->server().on("/debian/pool/bad.deb", row.answer);
    const auto status = fetch(lock_of({package}));
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind, row.kind) << status.error().message;
    EXPECT_THAT(status.error().message, HasSubstr(row.message));
    EXPECT_THAT(status.error().message, HasSubstr("package bad 1.0-1"));
    EXPECT_THAT(vault_files(), IsEmpty());
  }
}

TEST_F(PackagesTest, AFileOfAnotherSizeInTheVaultIsFetchedAgain) {
  const LockedPackage package = offer("damaged", some_bytes(5000, 'd'));
  ASSERT_TRUE(mirror->store().vault().write_file(vault_path(package.digest), "half"));
  ASSERT_TRUE(fetch(lock_of({package})));
  EXPECT_EQ(mirror->store().vault().file_size(vault_path(package.digest)).value(), 5000U);
}

TEST_F(PackagesTest, WhatIsDamagedInTheVaultIsNamedAndFetchedAgain) {
  const LockedPackage good = offer("good", some_bytes(5000, 'g')), bad = offer("bad", some_bytes(5000, 'b'));
  Lock lock = lock_of({good, bad});
  ASSERT_TRUE(fetch(lock));
  const Digest page = Digest::of("page");
  lock.files = {{"site/page", page, 4}, {"site/absent", Digest::of("absent"), 6}};
  ASSERT_TRUE(mirror->store().vault().write_file(vault_path(bad.digest), some_bytes(5000, 'x')));
  ASSERT_TRUE(mirror->store().vault().write_file(vault_path(page), "pagE"));
  const FixedClock clock(test_now());
  const auto offline =
      Fetcher(mirror->store(), client, clock, progress, {.offline = true}).remove_damaged(lock);
  ASSERT_FALSE(offline);
  EXPECT_EQ(offline.error().kind, ErrorKind::verification_failed);
  EXPECT_THAT(offline.error().message, HasSubstr("package bad 1.0-1 (amd64) is damaged in the vault"));
  EXPECT_THAT(offline.error().message, HasSubstr("run once without --offline"));

  const auto damaged = Fetcher(mirror->store(), client, clock, progress).remove_damaged(lock);
  ASSERT_TRUE(damaged) << damaged.error().message;
  EXPECT_THAT(*damaged, testing::ElementsAre(HasSubstr("package bad 1.0-1 (amd64) was damaged"),
                                             HasSubstr("file site/page was damaged")));
  EXPECT_FALSE(mirror->store().vault().exists(vault_path(page)).value());
  ASSERT_TRUE(fetch(lock));
  EXPECT_THAT(Fetcher(mirror->store(), client, clock, progress).remove_damaged(lock).value(), IsEmpty());
}

TEST_F(PackagesTest, OfflineSaysWhatIsMissing) {
  const LockedPackage here = offer("here", "here");
  ASSERT_TRUE(fetch(lock_of({here})));
  const LockedPackage missing = offer("missing", "missing");
  const auto status = fetch(lock_of({here, missing}), {.offline = true});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::not_found);
  EXPECT_THAT(status.error().message, HasSubstr("lacks 1 of the lock's packages, missing 1.0-1"));
}

TEST_F(PackagesTest, ALockFromElsewhereIsReadThroughTheRewrites) {
  LockedPackage package = offer("moved", "moved");
  package.url = "http://ftp.debian.org/debian/pool/moved.deb";
  mirror->configure(fmt::format("  rewrites:\n    - from: http://ftp.debian.org/debian\n      to: {}\n",
                                mirror->url()));
  const auto status = fetch(lock_of({package}));
  EXPECT_TRUE(status) << status.error().message;
}

TEST_F(PackagesTest, TwoAtOnceInOneStore) {
  std::vector<LockedPackage> packages;
  for (char c = 'a'; c <= 'h'; ++c) packages.push_back(offer(std::string("p") + c, some_bytes(30'000, c)));
  const Lock lock = lock_of(packages);
  std::vector<Status> results(4);
  {
    std::vector<std::jthread> threads;
    for (Status& result : results) {
      threads.emplace_back([&] {
        const auto store = Store::open(mirror->store_path());
        HttpClient own(client_options());
        SilentProgress silent;
        result = Fetcher(*store.value(), own, system_clock(), silent).packages(lock);
      });
    }
  }
  for (const Status& result : results) EXPECT_TRUE(result) << result.error().message;
  EXPECT_THAT(vault_files(), SizeIs(packages.size()));
}

// Dies at the n-th renaming, which is the moment between a download and its place in the vault.
class DyingOs final : public Os {
 public:
  explicit DyingOs(int renames) : left_(renames) {}
  ssize_t write(int fd, const void* bytes, std::size_t size) override {
    return real_os().write(fd, bytes, size);
  }
  ssize_t read(int fd, void* bytes, std::size_t size) override { return real_os().read(fd, bytes, size); }
  int fsync(int fd) override { return real_os().fsync(fd); }
  int renameat(int from_dir, const char* from, int to_dir, const char* to) override {
    if (left_-- == 0) ::_exit(99);
    return real_os().renameat(from_dir, from, to_dir, to);
  }
  int openat(int dir, const char* path, int flags, unsigned mode) override {
    return real_os().openat(dir, path, flags, mode);
  }
  int mkdirat(int dir, const char* path, unsigned mode) override {
    return real_os().mkdirat(dir, path, mode);
  }
  int unlinkat(int dir, const char* path, int flags) override { return real_os().unlinkat(dir, path, flags); }

 private:
  int left_;
};

TEST_F(PackagesTest, KilledBetweenDownloadAndCommitNothingHalfMadeIsVisible) {
  const std::vector<LockedPackage> packages = {offer("one", some_bytes(30'000, '1')),
                                               offer("two", some_bytes(20'000, '2')),
                                               offer("three", some_bytes(10'000, '3'))};
  const Lock lock = lock_of(packages);
  mirror->configure("");
  for (int renames = 0; renames < 3; ++renames) {
    SCOPED_TRACE(renames);
    std::filesystem::remove_all(mirror->store_path() + "/vault/sha256");
    const std::string path = mirror->store_path();
    const pid_t child = ::fork();
    if (child == 0) {
      DyingOs os(renames);
      const auto store = Store::open(path, os);
      HttpClient own(client_options());
      SilentProgress silent;
      (void)Fetcher(*store.value(), own, system_clock(), silent).packages(lock);
      ::_exit(0);
    }
    int state = 0;
    ASSERT_EQ(::waitpid(child, &state, 0), child);
    ASSERT_EQ(WEXITSTATUS(state), 99) << "it must die in the middle";
    for (const std::string& name : vault_files()) {
      const auto bytes = mirror->store().vault().read_file("sha256/" + name, 1 << 20);
      ASSERT_TRUE(bytes);
      EXPECT_EQ(Digest::of(*bytes).hex(), name) << "what is visible is whole";
    }
    const auto again = fetch(lock);
    EXPECT_TRUE(again) << again.error().message;
    EXPECT_THAT(vault_files(), SizeIs(3));
  }
}

}  // namespace
}  // namespace hauberk
