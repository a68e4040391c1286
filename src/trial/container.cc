// One container of a runtime. See runtime.h.
//
// SPDX-License-Identifier: Apache-2.0
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <thread>

#include "io/subprocess.h"
#include "trial/runtime.h"

namespace hauberk {
namespace {

constexpr std::chrono::seconds runtime_patience{20};

std::vector<std::string> with(std::vector<std::string> command, std::initializer_list<std::string> more) {
  command.insert(command.end(), more);
  return command;
}

}  // namespace

Container::~Container() {
  if (process_ > 0 && running()) {
    kill(process_, SIGKILL);
    (void)wait_end(deadline_in(runtime_patience));
  }
  // A container that is gone already, or was never made, is no failure; there is nobody to tell here.
  (void)run({.argv = with(runtime_, {"delete", "--force", id_}),
             .environment = {},
             .directory = {},
             .input = {},
             .timeout = runtime_patience});
}

std::optional<int> Container::exit_code() {
  // As the first process we also inherit what a runtime leaves behind: an `exec`, if its container ends under
  // it. The kernel holds back the end of a container until all processes in it are waited for, so we take
  // them.
  int status = 0;
  pid_t ended = 0;
  while (!exit_code_ && (ended = waitpid(-1, &status, WNOHANG)) > 0) {
    if (ended == process_) exit_code_ = exit_code_of(status);
  }
  // Somebody else's child: a runtime that does not leave its containers to us.
  if (ended < 0 && errno == ECHILD && kill(process_, 0) != 0) exit_code_ = 255;
  return exit_code_;
}

std::optional<int> Container::wait_end(Deadline deadline) {
  for (;;) {
    const bool last = is_past(deadline);
    if (const auto code = exit_code()) return code;
    if (last) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

Status Container::signal(int number) {
  if (kill(process_, number) == 0) return {};
  return fail(ErrorKind::io, "cannot send the program signal {}: {}", number, os_reason(errno));
}

Result<ExecResult> Container::exec(const std::vector<std::string>& argv, const std::string& directory,
                                   Deadline deadline) {
  std::vector<std::string> command = with(runtime_, {"exec"});
  if (!directory.empty()) command.insert(command.end(), {"--cwd", directory});
  command.push_back(id_);
  command.insert(command.end(), argv.begin(), argv.end());
  TRY(auto result, run({.argv = std::move(command),
                        .environment = {},
                        .directory = {},
                        .input = {},
                        .output_limit_bytes = 4 << 20,
                        .timeout = time_until(deadline)}));
  return ExecResult{result.exit_code, result.output + result.error_output};
}

std::string Container::printed() {
  // A program that ended leaves its last words in the pipe; one that runs has said what it has said.
  return output_->text(std::chrono::milliseconds(running() ? 0 : 1000));
}

}  // namespace hauberk
