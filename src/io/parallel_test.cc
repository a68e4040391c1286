// SPDX-License-Identifier: Apache-2.0
#include "io/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <latch>
#include <thread>
#include <vector>

#include "io/clock.h"

namespace hauberk {
namespace {

TEST(Parallel, DoesEveryPieceOnce) {
  for (const std::size_t threads : {0u, 1u, 2u, 7u, 100u}) {
    SCOPED_TRACE(threads);
    std::vector<std::atomic<int>> done(50);
    ASSERT_TRUE(parallel_for(done.size(), threads, [&](std::size_t i) -> Status {
      ++done[i];
      return {};
    }));
    for (const auto& count : done) EXPECT_EQ(count, 1);
  }
  EXPECT_TRUE(parallel_for(0, 4, [](std::size_t) -> Status { return fail(ErrorKind::io, "called"); }));
}

TEST(Parallel, ReallyRunsAtTheSameTime) {
  std::latch both(2);
  EXPECT_TRUE(parallel_for(2, 2, [&](std::size_t) -> Status {
    both.arrive_and_wait();  // hangs if one thread did both
    return {};
  }));
}

TEST(Parallel, GivesTheErrorOfTheSmallestIndex) {
  // Both fail, and either may be the first to say so.
  for (const std::size_t later : {0u, 1u, 0u, 1u}) {
    std::latch both(2);
    const auto status = parallel_for(2, 2, [&](std::size_t i) -> Status {
      both.arrive_and_wait();
      if (i == later) std::this_thread::sleep_for(std::chrono::milliseconds(10));
      return fail(ErrorKind::io, "{}", i);
    });
    EXPECT_EQ(status, (fail(ErrorKind::io, "0")));
  }
}

TEST(Parallel, StartsNothingAfterAFailure) {
  std::vector<std::size_t> started;
  const auto status = parallel_for(10, 1, [&](std::size_t i) -> Status {
    started.push_back(i);
    if (i == 2) return fail(ErrorKind::network, "two");
    return {};
  });
  EXPECT_EQ(status, (fail(ErrorKind::network, "two")));
  EXPECT_EQ(started, (std::vector<std::size_t>{0, 1, 2}));
}

TEST(Parallel, ThereIsAProcessor) { EXPECT_GE(processor_count(), 1u); }

TEST(Clock, IsBetweenItsNeighbours) {
  const auto before = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const Time now = system_clock().now();
  EXPECT_LE(before, now);
  EXPECT_LE(now, std::chrono::system_clock::now());
  EXPECT_EQ(FixedClock(from_unix(42)).now(), from_unix(42));
}

}  // namespace
}  // namespace hauberk
