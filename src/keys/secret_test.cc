// SPDX-License-Identifier: Apache-2.0
#include "keys/secret.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "keys/protect.h"

namespace hauberk {
namespace {

// The flags (proc(5), smaps) of the page that holds `address`.
std::string flags_of(const void* address) {
  std::ifstream maps("/proc/self/smaps");
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  bool is_there = false;
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t from = 0, to = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx ", &from, &to) == 2) is_there = from <= wanted && wanted < to;
    if (is_there && line.starts_with("VmFlags:")) return line;
  }
  return {};
}

bool is_locked(const void* address) { return flags_of(address).find(" lo") != std::string::npos; }
bool is_left_out_of_dumps(const void* address) { return flags_of(address).find(" dd") != std::string::npos; }

// Sanitizers put nothing in the place of mlock, and say that it worked.
bool locks_are_real() {
  void* const page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  const bool is_real = ::mlock(page, 4096) != 0 || is_locked(page);
  ::munmap(page, 4096);
  return is_real;
}

TEST(Secret, HoldsBytes) {
  auto secret = Secret::of("abc").value();
  EXPECT_EQ(secret.view(), "abc");
  EXPECT_TRUE(is_left_out_of_dumps(secret.view().data()));
  EXPECT_EQ(is_locked(secret.view().data()), locks_are_real());
  EXPECT_EQ(Secret::of_size(3).value().view(), std::string_view("\0\0\0", 3));
  EXPECT_EQ(Secret::of("").value().size(), 0u);
}

TEST(Secret, IsMoved) {
  auto first = Secret::of("abc").value();
  auto second = std::move(first);
  EXPECT_EQ(first.size(), 0u);
  EXPECT_EQ(second.view(), "abc");
  auto third = Secret::of("a longer one").value();
  third = std::move(second);
  EXPECT_EQ(third.view(), "abc");
}

TEST(Secret, WipesWhatIsCutOff) {
  auto secret = Secret::of("abcdef").value();
  const char* const data = secret.view().data();
  secret.shorten(2);
  EXPECT_EQ(secret.view(), "ab");
  EXPECT_EQ(std::string_view(data + 2, 4), std::string_view("\0\0\0\0", 4));
}

TEST(Secret, MayNotBeReadBeyond) {
  EXPECT_DEATH(
      {
        auto secret = Secret::of("abc").value();
        const volatile char* const data = secret.view().data();
        std::printf("%c", data[4096]);
      },
      "");
}

// In a process of its own: the limit is not to be raised again.
[[noreturn]] void exit_by_secret_without_locks() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_MEMLOCK, &none);
  const auto secret = Secret::of("abc");
  const bool is_said = !secret && secret.error().kind == ErrorKind::limit_exceeded &&
                       secret.error().message.find("ulimit -l") != std::string::npos;
  // Root may lock whatever it likes, so there the answer is another.
  std::exit(is_said || (geteuid() == 0 && secret) ? 0 : 1);
}

TEST(Secret, SaysHowToRaiseTheLimit) {
  EXPECT_EXIT(exit_by_secret_without_locks(), testing::ExitedWithCode(0), "");
}

TEST(Wipe, LeavesZeros) {
  std::string text = "abc";
  wipe(std::as_writable_bytes(std::span(text)));
  EXPECT_EQ(text, std::string(3, '\0'));
}

[[noreturn]] void exit_protected() {
  const bool is_done = protect_process().has_value();
  rlimit limit{1, 1};
  getrlimit(RLIMIT_CORE, &limit);
  std::exit(is_done && limit.rlim_max == 0 && prctl(PR_GET_DUMPABLE) == 0 ? 0 : 1);
}

TEST(ProtectProcess, ForbidsCoreDumps) { EXPECT_EXIT(exit_protected(), testing::ExitedWithCode(0), ""); }

}  // namespace
}  // namespace hauberk
