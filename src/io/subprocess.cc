// Another program, by posix_spawn: no shell, no descriptor of ours, its own process group.
//
// The input is handed over as an unnamed file in memory rather than a pipe, so that a program that does
// not read it all can neither block nor kill us.
//
// SPDX-License-Identifier: Apache-2.0
#include "io/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "io/dir.h"
#include "io/spawn.h"

namespace hauberk {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr const char* default_path = "/usr/local/bin:/usr/bin:/bin";

std::unexpected<Error> cannot_run(const Command& command, int error) {
  return fail(ErrorKind::io, "cannot run {}: {}", command.argv[0], os_reason(error));
}

// A descriptor that the rearranging of 0, 1 and 2 in the child cannot hit.
Fd above_stdio(int fd) {
  Fd low(fd);
  if (fd < 0 || fd > 2) return low;
  return Fd(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
}

struct Pipe {
  Fd ours;
  Fd theirs;
};

Result<Pipe> make_pipe(const Command& command) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return cannot_run(command, errno);
  Pipe pipe{above_stdio(ends[0]), above_stdio(ends[1])};
  if (pipe.ours.get() < 0 || pipe.theirs.get() < 0 || ::fcntl(pipe.ours.get(), F_SETFL, O_NONBLOCK) != 0) {
    return cannot_run(command, errno);
  }
  return pipe;
}

Result<Fd> input_file(const Command& command) {
  Fd fd = above_stdio(::memfd_create("input", MFD_CLOEXEC));
  if (fd.get() < 0) return cannot_run(command, errno);
  std::string_view rest = command.input;
  while (!rest.empty()) {
    const ssize_t count = ::write(fd.get(), rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot_run(command, errno);
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  if (::lseek(fd.get(), 0, SEEK_SET) != 0) return cannot_run(command, errno);
  return fd;
}

std::vector<std::string> environment_of(const Command& command) {
  std::vector<std::string> lines;
  bool has_path = false;
  for (const auto& [name, value] : command.environment) {
    lines.push_back(name + "=" + value);
    has_path = has_path || name == "PATH";
  }
  if (!has_path) {
    const char* const path = std::getenv("PATH");
    lines.push_back(std::string("PATH=") + (path != nullptr ? path : default_path));
  }
  return lines;
}

Result<pid_t> start(const Command& command, const std::string& program, std::array<int, 3> stdio) {
  Spawn spawn;
  for (int i = 0; i < 3; ++i) spawn.give(stdio[static_cast<std::size_t>(i)], i);
  spawn.close_from(3);
  spawn.lead_a_group();
  if (!command.directory.empty()) spawn.stand_in(command.directory);
  return spawn.start(program, command.argv, environment_of(command));
}

// A started process; it never outlives this object.
class Process {
 public:
  explicit Process(pid_t pid) : pid_(pid), handle_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() {
    if (pid_ <= 0) return;
    ::kill(-pid_, SIGKILL);
    wait();
  }

  int handle() const { return handle_.get(); }

  // The exit code, once it has ended.
  int wait() {
    int state = 0;
    while (::waitpid(pid_, &state, 0) < 0 && errno == EINTR) {}
    pid_ = 0;
    return WIFSIGNALED(state) ? 128 + WTERMSIG(state) : WEXITSTATUS(state);
  }

 private:
  pid_t pid_;
  Fd handle_;
};

// Takes what the pipe holds; false once it has ended.
Result<bool> drain(const Command& command, const Fd& pipe, std::string& text) {
  std::array<char, 16 << 10> buffer;
  for (;;) {
    const ssize_t count = ::read(pipe.get(), buffer.data(), buffer.size());
    if (count == 0) return false;
    if (count < 0 && errno == EAGAIN) return true;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot_run(command, errno);
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > command.output_limit_bytes) {
      return fail(ErrorKind::limit_exceeded, "cannot run {}: it wrote more than {} bytes", command.argv[0],
                  command.output_limit_bytes);
    }
  }
}

// Collects the output until the process has ended. What a process that it left behind still writes is
// not waited for.
Result<CommandResult> collect(const Command& command, Process& process, Fd output, Fd errors) {
  if (process.handle() < 0) return cannot_run(command, errno);
  CommandResult result;
  const auto end = SteadyClock::now() + command.timeout;
  for (bool running = true; running;) {
    std::array<pollfd, 3> watched = {pollfd{process.handle(), POLLIN, 0}, pollfd{output.get(), POLLIN, 0},
                                     pollfd{errors.get(), POLLIN, 0}};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - SteadyClock::now()).count();
    const int ready =
        ::poll(watched.data(), watched.size(), static_cast<int>(std::clamp<long>(left, 0, 60'000)));
    if (ready < 0 && errno != EINTR) return cannot_run(command, errno);
    if (ready == 0 && SteadyClock::now() >= end) {
      return fail(ErrorKind::limit_exceeded, "cannot run {}: it did not end within {} ms and was stopped",
                  command.argv[0], command.timeout.count());
    }
    running = watched[0].revents == 0;
    for (auto [pipe, text] : {std::pair(&output, &result.output), std::pair(&errors, &result.error_output)}) {
      if (pipe->get() < 0) continue;
      TRY(const bool open, drain(command, *pipe, *text));
      if (!open) *pipe = Fd();
    }
  }
  result.exit_code = process.wait();
  return result;
}

bool is_program(const std::string& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

Result<CommandResult> run(const Command& command) {
  if (command.argv.empty()) std::abort();  // a bug of the caller
  std::string program = command.argv[0];
  if (program.find('/') == program.npos) {
    TRY(program, find_program(program));
  }
  TRY(const Fd input, input_file(command));
  TRY(Pipe output, make_pipe(command));
  TRY(Pipe errors, make_pipe(command));
  TRY(const pid_t pid, start(command, program, {input.get(), output.theirs.get(), errors.theirs.get()}));
  Process process(pid);
  output.theirs = Fd();
  errors.theirs = Fd();
  return collect(command, process, std::move(output.ours), std::move(errors.ours));
}

Result<std::string> find_program(const std::string& name) {
  const char* const variable = std::getenv("PATH");
  const std::string path = std::string(variable != nullptr ? variable : default_path) + ":/usr/sbin:/sbin";
  if (!name.empty() && name.find('/') == name.npos) {
    for (std::size_t start = 0; start < path.size();) {
      const std::size_t end = std::min(path.find(':', start), path.size());
      const std::string folder = path.substr(start, end - start);
      start = end + 1;
      // A relative folder would make the answer depend on where we stand.
      if (folder.empty() || folder.front() != '/') continue;
      if (std::string candidate = folder + "/" + name; is_program(candidate)) return candidate;
    }
  }
  return fail(ErrorKind::not_found, "cannot find the program {}: it is not in {}; install it", name, path);
}

}  // namespace hauberk
