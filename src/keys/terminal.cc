// Signals are blocked while the echo is off, and read as ordinary events (signalfd), so no handler and no
// global is needed: on one, the echo comes back, and only then the signal takes its effect.
//
// SPDX-License-Identifier: Apache-2.0
#include "keys/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace hauberk {
namespace {

std::unexpected<Error> cannot_ask(int error) {
  return fail(ErrorKind::io, "cannot ask at the terminal: {}", os_reason(error));
}

sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGALRM}) sigaddset(&set, signal);
  return set;
}

// The signals wait from here on; at the end they take effect.
class HeldSignals {
 public:
  HeldSignals() : set_(ending_signals()), fd_(::signalfd(-1, &set_, SFD_CLOEXEC | SFD_NONBLOCK)) {
    pthread_sigmask(SIG_BLOCK, &set_, &before_);
  }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  ~HeldSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  // Becomes readable when one waits; it is left there, so that it takes its effect in the end.
  int fd() const { return fd_.get(); }

 private:
  sigset_t set_;
  sigset_t before_ = {};
  Fd fd_;
};

// The terminal without echo, until the end of the block.
class Hidden {
 public:
  static Result<Hidden> on(int fd) {
    termios before{};
    if (::tcgetattr(fd, &before) != 0) return cannot_ask(errno);
    termios hidden = before;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK);
    hidden.c_lflag |= ICANON | ISIG | ECHONL;
    if (::tcsetattr(fd, TCSAFLUSH, &hidden) != 0) return cannot_ask(errno);
    return Hidden(fd, before);
  }
  Hidden(Hidden&& other) noexcept : fd_(std::exchange(other.fd_, -1)), before_(other.before_) {}
  Hidden& operator=(Hidden&&) = delete;
  ~Hidden() {
    if (fd_ >= 0) ::tcsetattr(fd_, TCSAFLUSH, &before_);
  }

 private:
  Hidden(int fd, const termios& before) : fd_(fd), before_(before) {}

  int fd_;
  termios before_;
};

Status write_out(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot_ask(errno);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

// True when there is a line, false when a signal came first.
Result<bool> wait_for_line(int terminal, int signals) {
  std::array<pollfd, 2> watched = {pollfd{signals, POLLIN, 0}, pollfd{terminal, POLLIN, 0}};
  for (;;) {
    if (::poll(watched.data(), watched.size(), -1) > 0) return watched[0].revents == 0;
    if (errno != EINTR) return cannot_ask(errno);
  }
}

// A terminal hands over one line at a time.
Result<Secret> read_line(int fd, std::size_t limit_bytes) {
  TRY(Secret line, Secret::of_size(limit_bytes + 2));
  const ssize_t count = ::read(fd, line.bytes().data(), line.size());
  if (count < 0) return cannot_ask(errno);
  std::size_t size = static_cast<std::size_t>(count);
  if (size > 0 && line.view()[size - 1] == '\n') --size;
  if (size > limit_bytes) {
    return fail(ErrorKind::limit_exceeded, "cannot take what was typed: it has more than {} bytes",
                limit_bytes);
  }
  line.shorten(size);
  return line;
}

// None: a signal came first.
Result<std::optional<Secret>> ask_once(int fd, std::string_view question, std::size_t limit_bytes) {
  const HeldSignals signals;
  TRY(const Hidden hidden, Hidden::on(fd));
  TRY_STATUS(write_out(fd, question));
  TRY(const bool is_line, wait_for_line(fd, signals.fd()));
  if (!is_line) return std::nullopt;
  TRY(Secret line, read_line(fd, limit_bytes));
  return line;
}

}  // namespace

Result<std::optional<Terminal>> Terminal::open(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (fd.get() < 0 && (errno == ENXIO || errno == ENOENT || errno == ENODEV)) return std::nullopt;
  if (fd.get() < 0) return cannot_ask(errno);
  if (::isatty(fd.get()) == 0) return std::nullopt;
  return Terminal(std::move(fd));
}

// Whoever ignores the signal, or was stopped and goes on, is asked again.
Result<Secret> Terminal::ask(std::string_view question, std::size_t limit_bytes) {
  for (;;) {
    TRY(auto line, ask_once(fd_.get(), question, limit_bytes));
    if (line) return *std::move(line);
    TRY_STATUS(write_out(fd_.get(), "\n"));
  }
}

}  // namespace hauberk
