// Programs that are started and watched. See process.h.
//
// SPDX-License-Identifier: Apache-2.0
#include "trial/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace hauberk {

std::chrono::milliseconds time_until(Deadline deadline) {
  const auto left = deadline - std::chrono::steady_clock::now();
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(left), std::chrono::milliseconds(1));
}

int exit_code_of(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

struct OutputTail::State {
  Fd read_end, write_end, stop_read, stop_write;
  mutable std::mutex mutex;
  mutable std::condition_variable ended_now;
  std::string text;
  bool ended = false;
  std::thread thread;

  void drain() {
    std::array<char, 16 << 10> buffer{};
    std::array<pollfd, 2> waits{pollfd{read_end.get(), POLLIN, 0}, pollfd{stop_read.get(), POLLIN, 0}};
    for (;;) {
      if (poll(waits.data(), waits.size(), -1) < 0) continue;
      if (waits[0].revents == 0) break;  // told to stop, and nothing is left
      const ssize_t size = ::read(read_end.get(), buffer.data(), buffer.size());
      if (size < 0 && errno == EINTR) continue;
      if (size <= 0) break;
      keep({buffer.data(), static_cast<std::size_t>(size)});
    }
    const std::scoped_lock lock(mutex);
    ended = true;
    ended_now.notify_all();
  }

  void keep(std::string_view bytes) {
    const std::scoped_lock lock(mutex);
    text += bytes;
    if (text.size() > kept_bytes) text.erase(0, text.size() - kept_bytes);
  }
};

OutputTail::OutputTail(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<OutputTail>> OutputTail::make() {
  std::array<int, 2> output{}, stop{};
  if (pipe2(output.data(), O_CLOEXEC) != 0 || pipe2(stop.data(), O_CLOEXEC) != 0) {
    return fail(ErrorKind::io, "cannot make a pipe: {}", os_reason(errno));
  }
  auto state = std::make_unique<State>();
  state->read_end = Fd(output[0]);
  state->write_end = Fd(output[1]);
  state->stop_read = Fd(stop[0]);
  state->stop_write = Fd(stop[1]);
  state->thread = std::thread([raw = state.get()] { raw->drain(); });
  return std::unique_ptr<OutputTail>(new OutputTail(std::move(state)));
}

OutputTail::~OutputTail() {
  close_write_end();
  state_->stop_write = Fd();
  state_->thread.join();
}

int OutputTail::write_end() const { return state_->write_end.get(); }
void OutputTail::close_write_end() { state_->write_end = Fd(); }

std::string OutputTail::text(std::chrono::milliseconds patience) const {
  std::unique_lock lock(state_->mutex);
  state_->ended_now.wait_for(lock, patience, [this] { return state_->ended; });
  return state_->text;
}

namespace {

// As io/subprocess.h starts programs, but with a pipe that outlives them: the container keeps writing to it.
Result<pid_t> start(const std::vector<std::string>& argv, const OutputTail& output) {
  std::vector<char*> arguments;
  for (const auto& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  std::string path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
  const std::array<char*, 2> environment{path.data(), nullptr};
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output.write_end(), 1);
  posix_spawn_file_actions_adddup2(&actions, output.write_end(), 2);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  pid_t process = -1;
  const int error =
      posix_spawn(&process, argv[0].c_str(), &actions, nullptr, arguments.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return fail(ErrorKind::io, "cannot start {}: {}", argv[0], os_reason(error));
  return process;
}

}  // namespace

Result<int> run_with_output(const std::vector<std::string>& argv, const OutputTail& output,
                            Deadline deadline) {
  TRY(const pid_t process, start(argv, output));
  for (;;) {
    int status = 0;
    const pid_t ended = waitpid(process, &status, WNOHANG);
    if (ended == process) return exit_code_of(status);
    if (ended < 0 && errno != EINTR) return fail(ErrorKind::io, "cannot wait for {}", argv[0]);
    if (is_past(deadline)) {
      kill(process, SIGKILL);
      waitpid(process, &status, 0);
      return fail(ErrorKind::limit_exceeded, "{} did not end in time", argv[0]);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace hauberk
