// Runs another program and waits for it.
//
// No shell is ever involved; the environment is only what is passed; descriptors above 2 are closed.
// The program has a process group of its own. It is over when it has ended, even if a child that it left
// behind still holds its output. Thread rule: functions, from any thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace hauberk {

struct Command {
  std::vector<std::string> argv = {};  // argv[0] is looked up in PATH unless it has a slash
  std::vector<std::pair<std::string, std::string>> environment = {};  // PATH is added when absent
  std::string directory = {};                   // working directory; empty: ours
  std::string input = {};                       // given on standard input
  std::uint64_t output_limit_bytes = 16 << 20;  // for standard output and error each
  std::chrono::milliseconds timeout{60'000};
};

struct CommandResult {
  int exit_code = 0;  // 128 + signal when it was killed
  std::string output = {};
  std::string error_output = {};
};

// not_found: no such program; limit_exceeded: too much output or time (it is then killed, with its
// process group); io otherwise. A non-zero exit code is a result, not an error.
Result<CommandResult> run(const Command& command);

// The absolute path of a program in PATH (or /usr/sbin, /sbin); not_found if there is none.
Result<std::string> find_program(const std::string& name);

}  // namespace hauberk
