// A process apart. See namespaces.h.
//
//   we ── outer process ── first process of the namespaces (runs `body`)
//
// The outer one makes the namespaces and waits; it is in our process namespace, so that its end means that
// the kernel has ended everything in the inner one.
//
// SPDX-License-Identifier: Apache-2.0
#include "trial/namespaces.h"

#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "io/subprocess.h"

namespace hauberk {
namespace {

std::string reason() { return os_reason(errno); }

struct Pipe {
  Fd read, write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return fail(ErrorKind::io, "cannot make a pipe: {}", reason());
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

void send_line(int fd, std::string_view text) {
  std::string line(text);
  line += '\n';
  for (std::string_view rest = line; !rest.empty();) {
    const ssize_t written = ::write(fd, rest.data(), rest.size());
    if (written < 0 && errno != EINTR) _exit(1);  // nobody listens any more
    if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

// The two lines that our own part of the child sends, apart from the body's: each begins with its word.
constexpr std::string_view ready_word = "ready", first_word = "first ", failed_word = "failed ",
                           body_word = "body ";

[[noreturn]] void give_up(int report, std::string_view what) {
  send_line(report, fmt::format("{}cannot {}: {}", failed_word, what, reason()));
  _exit(1);
}

void end_with_parent(int report) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) give_up(report, "follow the parent process");
}

[[noreturn]] void first_process(int report, const std::function<void(const SendLine&)>& body) {
  end_with_parent(report);
  // Our mounts are seen by nobody else, and /proc shows the processes in here only.
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) give_up(report, "keep mounts private");
  if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) {
    give_up(report, "mount /proc in a namespace");
  }
  body([report](std::string_view line) { send_line(report, std::string(body_word) += line); });
  _exit(0);
}

// Waits for the parent to have mapped our ids.
void await_go(int go) {
  char byte = 0;
  while (::read(go, &byte, 1) < 0 && errno == EINTR) {}
}

[[noreturn]] void outer_process(const Identity& identity, int report, int go,
                                const std::function<void(const SendLine&)>& body) {
  setsid();  // the terminal's ^C is for our parent alone
  std::signal(SIGPIPE, SIG_DFL);  // ignored signals would stay so in the programs under test
  if (!identity.root) {
    if (unshare(CLONE_NEWUSER) != 0) give_up(report, "make a user namespace");
    send_line(report, ready_word);
    await_go(go);
    if (setresgid(0, 0, 0) != 0 || setresuid(0, 0, 0) != 0)
      give_up(report, "become root in a user namespace");
  }
  end_with_parent(report);  // after the change of ids, which resets it
  if (unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC) != 0)
    give_up(report, "make namespaces");
  const pid_t first = fork();
  if (first < 0) give_up(report, "start a process in the namespaces");
  if (first == 0) first_process(report, body);
  send_line(report, fmt::format("{}{}", first_word, first));
  while (waitpid(first, nullptr, 0) < 0 && errno == EINTR) {}
  _exit(0);
}

Status map_ids(const std::string& program, pid_t process, std::uint32_t own, const SubIds& range) {
  Command command;
  command.argv = {program,
                  std::to_string(process),
                  "0",
                  std::to_string(own),
                  "1",
                  "1",
                  std::to_string(range.start),
                  std::to_string(range.count)};
  TRY(const auto result, run(command));
  if (result.exit_code == 0) return {};
  return fail(ErrorKind::unsupported, "cannot use this user's sub-ids: {} says {}", program,
              result.error_output);
}

// What the parent knows of the child, and the lines that came.
class Watch {
 public:
  Watch(const Identity& identity, pid_t outer, int go, const SendLine& on_line)
      : identity_(identity), outer_(outer), go_(go), on_line_(on_line) {}

  void take(std::string_view bytes) {
    buffer_ += bytes;
    for (auto end = buffer_.find('\n'); end != std::string::npos; end = buffer_.find('\n')) {
      const std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      take_line(line);
    }
  }

  // The inner process first: the outer one then ends when all of the inner ones have.
  void end_it() {
    failed_ = "interrupted";
    kill(first_ > 0 ? first_ : outer_, SIGKILL);
  }

  const std::string& failed() const { return failed_; }

 private:
  void take_line(const std::string& line) {
    if (line.starts_with(body_word)) {
      on_line_(line.substr(body_word.size()));
    } else if (line.starts_with(first_word)) {
      first_ = static_cast<pid_t>(std::strtol(line.c_str() + first_word.size(), nullptr, 10));
    } else if (line.starts_with(failed_word)) {
      failed_ = line.substr(failed_word.size());
    } else if (line == ready_word) {
      let_go();
    }
  }

  void let_go() {
    auto mapped = map_ids("newuidmap", outer_, identity_.uid, identity_.uids);
    if (mapped) mapped = map_ids("newgidmap", outer_, identity_.gid, identity_.gids);
    if (!mapped) {
      failed_ = mapped.error().message;
      kill(outer_, SIGKILL);
      return;
    }
    if (::write(go_, "g", 1) != 1) kill(outer_, SIGKILL);
  }

  const Identity& identity_;
  pid_t outer_;
  pid_t first_ = 0;
  int go_;
  const SendLine& on_line_;
  std::string buffer_, failed_;
};

// Reads until the last writer is gone.
void watch_pipe(Watch& watch, int pipe, SignalHold& hold) {
  std::array<pollfd, 2> waits{pollfd{pipe, POLLIN, 0}, pollfd{hold.fd(), POLLIN, 0}};
  std::array<char, 4096> buffer{};
  for (;;) {
    if (poll(waits.data(), waits.size(), -1) < 0) continue;
    if (waits[1].revents != 0 && hold.take()) {
      watch.end_it();
      waits[1].fd = -1;
    }
    if (waits[0].revents == 0) continue;
    const ssize_t size = ::read(pipe, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return;
    watch.take({buffer.data(), static_cast<std::size_t>(size)});
  }
}

}  // namespace

SignalHold::SignalHold() {
  sigemptyset(&held_);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action{};
    sigaction(signal, nullptr, &action);
    if (action.sa_handler != SIG_IGN) sigaddset(&held_, signal);
  }
  pthread_sigmask(SIG_BLOCK, &held_, &former_);
  fd_ = Fd(signalfd(-1, &held_, SFD_CLOEXEC | SFD_NONBLOCK));
}

std::optional<int> SignalHold::take() {
  signalfd_siginfo info{};
  if (::read(fd_.get(), &info, sizeof info) == sizeof info) came_ = static_cast<int>(info.ssi_signo);
  return came_;
}

SignalHold::~SignalHold() {
  pthread_sigmask(SIG_SETMASK, &former_, nullptr);
  if (came_) std::raise(*came_);
}

Status run_in_namespaces(const Identity& identity, SignalHold& hold,
                         const std::function<void(const SendLine&)>& body, const SendLine& on_line) {
  TRY(Pipe report, make_pipe());
  TRY(Pipe go, make_pipe());
  const pid_t outer = fork();
  if (outer < 0) return fail(ErrorKind::io, "cannot start a process: {}", reason());
  if (outer == 0) {
    pthread_sigmask(SIG_SETMASK, &hold.former_mask(), nullptr);
    go.write = Fd();
    outer_process(identity, report.write.get(), go.read.get(), body);
  }
  report.write = Fd();
  Watch watch(identity, outer, go.write.get(), on_line);
  watch_pipe(watch, report.read.get(), hold);
  while (waitpid(outer, nullptr, 0) < 0 && errno == EINTR) {}
  if (watch.failed().empty()) return {};
  return fail(ErrorKind::unsupported, "{}", watch.failed());
}

Result<std::string> fresh_network() {
  if (unshare(CLONE_NEWNET) != 0) return fail(ErrorKind::io, "cannot make a network namespace: {}", reason());
  const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strncpy(request.ifr_name, "lo", sizeof request.ifr_name - 1);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (socket.get() < 0 || ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0) {
    return fail(ErrorKind::io, "cannot bring up the loopback of a network namespace: {}", reason());
  }
  return "/proc/1/ns/net";  // we are the first process, and /proc is our own
}

}  // namespace hauberk
