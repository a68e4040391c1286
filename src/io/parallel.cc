// Threads that take the next piece of work until there is none, or one has failed.
//
// SPDX-License-Identifier: Apache-2.0
#include "io/parallel.h"

#include <sched.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

namespace hauberk {
namespace {

// Hands out the indexes and keeps the first failure. Since they are handed out in order, every smaller
// index than a failed one has been started, and reports before the threads are joined.
class Queue {
 public:
  explicit Queue(std::size_t count) : count_(count) {}

  std::optional<std::size_t> next() {
    const std::lock_guard lock(mutex_);
    if (failure_ || next_ == count_) return std::nullopt;
    return next_++;
  }

  void report(std::size_t index, Error error) {
    const std::lock_guard lock(mutex_);
    if (failure_ && failed_index_ < index) return;
    failed_index_ = index;
    failure_ = std::move(error);
  }

  Status result() {
    if (failure_) return std::unexpected(*std::move(failure_));
    return {};
  }

 private:
  std::mutex mutex_;
  std::size_t next_ = 0;
  std::size_t count_;
  std::size_t failed_index_ = 0;
  std::optional<Error> failure_;
};

void serve(Queue& queue, const std::function<Status(std::size_t)>& work) {
  while (const auto index = queue.next()) {
    if (auto status = work(*index); !status) queue.report(*index, std::move(status).error());
  }
}

}  // namespace

Status parallel_for(std::size_t count, std::size_t threads, const std::function<Status(std::size_t)>& work) {
  Queue queue(count);
  std::vector<std::jthread> helpers;  // beside the calling thread, which works too
  const std::size_t wanted = std::min(count, threads);
  try {
    for (std::size_t i = 1; i < wanted; ++i) helpers.emplace_back([&] { serve(queue, work); });
  } catch (const std::system_error&) {
    // No more threads to be had: those that are there do the work.
  }
  serve(queue, work);
  helpers.clear();  // joins
  return queue.result();
}

std::size_t processor_count() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 1;
  return static_cast<std::size_t>(std::max(1, CPU_COUNT(&allowed)));
}

}  // namespace hauberk
