// Helpers for programs that are started and watched: points in time to be done by, and what was printed.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/dir.h"

namespace hauberk {

using Deadline = std::chrono::steady_clock::time_point;

inline Deadline deadline_in(std::chrono::milliseconds time) {
  return std::chrono::steady_clock::now() + time;
}
inline bool is_past(Deadline deadline) { return std::chrono::steady_clock::now() >= deadline; }
// At least one millisecond, so that it can be used as a timeout.
std::chrono::milliseconds time_until(Deadline deadline);

// The end of what a program prints, however much that is: a pipe, drained by a thread of its own.
class OutputTail {
 public:
  static constexpr std::size_t kept_bytes = 64 << 10;

  static Result<std::unique_ptr<OutputTail>> make();
  ~OutputTail();  // the write end has to be closed everywhere by then, or the wait is one second

  // For the program's standard output and error.
  int write_end() const;
  // After the program was started: from here on, its end is the end of the output.
  void close_write_end();

  // What there is of it now; waits up to `patience` for the last writer to go.
  std::string text(std::chrono::milliseconds patience) const;

 private:
  struct State;
  explicit OutputTail(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Starts a program with standard input from /dev/null and output into `output`, and waits for it. The exit
// code, 128 + signal when killed; limit_exceeded at the deadline, the program then being killed.
Result<int> run_with_output(const std::vector<std::string>& argv, const OutputTail& output,
                            Deadline deadline);

// 128 + signal for a process that was killed, as a shell says it.
int exit_code_of(int wait_status);

}  // namespace hauberk
