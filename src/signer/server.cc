// SPDX-License-Identifier: Apache-2.0
#include "signer/server.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/terminal_text.h"
#include "signer/answer.h"
#include "signer/message.h"
#include "signer/protocol.h"
#include "signer/socket.h"

namespace hauberk {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Answers = std::function<Result<Answer>(Message)>;

constexpr std::size_t read_bytes = 64 << 10;
constexpr std::chrono::milliseconds longest_wait{60'000};

// One client.
class Connection {
 public:
  Connection(Fd fd, const ServerOptions& options) : fd_(std::move(fd)), options_(&options) { wait(); }

  int fd() const { return fd_.get(); }
  bool is_open() const { return fd_.get() >= 0; }
  SteadyClock::time_point deadline() const { return deadline_; }
  void close() { fd_ = Fd(); }

  // Takes what has come, and answers what is whole.
  void take(const Answers& answers) {
    std::array<char, read_bytes> buffer;
    const ssize_t count = ::recv(fd(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) return close();
    const bool was_within = reader_.is_within();
    reader_.feed({buffer.data(), static_cast<std::size_t>(count)});
    const auto answered = answer_all(answers);
    if (!answered) return close();
    if (!was_within || *answered > 0) wait();
  }

 private:
  // From now on, so long.
  void wait() {
    deadline_ =
        SteadyClock::now() + (reader_.is_within() ? options_->message_timeout : options_->idle_timeout);
  }

  // How many were whole. None: nothing more can be understood, or nobody takes the answer.
  std::optional<std::size_t> answer_all(const Answers& answers) {
    for (std::size_t answered = 0;; ++answered) {
      auto message = reader_.next();
      if (!message) {
        send(message_of(Result<Answer>(std::unexpected(message.error()))));
        return std::nullopt;
      }
      if (!*message) return answered;
      if (!send(message_of(answers(*std::move(*message))))) return std::nullopt;
    }
  }

  // Answers are small, so a client that takes none for so long is gone.
  bool send(const Message& message) {
    const auto bytes = bytes_of(message);
    if (!bytes) return false;
    std::string_view rest = *bytes;
    const auto end = SteadyClock::now() + options_->message_timeout;
    while (!rest.empty()) {
      const ssize_t count = ::send(fd(), rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (count >= 0) {
        rest.remove_prefix(static_cast<std::size_t>(count));
      } else if (errno == EAGAIN && SteadyClock::now() < end) {
        pollfd watched{fd(), POLLOUT, 0};
        ::poll(&watched, 1, 100);
      } else if (errno != EINTR) {
        return false;
      }
    }
    return true;
  }

  Fd fd_;
  const ServerOptions* options_;
  MessageReader reader_;
  SteadyClock::time_point deadline_;
};

class Loop {
 public:
  Loop(Answers answers, const ServerOptions& options) : answers_(std::move(answers)), options_(options) {}

  void add(Fd connection) { connections_.emplace_back(std::move(connection), options_); }

  // Until `stop` can be read, or (without a listener) until nobody is left. -1: none.
  Status run(int listener, int stop) {
    while (listener >= 0 || !connections_.empty()) {
      std::vector<pollfd> watched = watch(listener, stop);
      if (::poll(watched.data(), watched.size(), wait_ms()) < 0) {
        if (errno == EINTR) continue;
        return fail(ErrorKind::io, "cannot wait for requests: {}", os_reason(errno));
      }
      if (watched[0].revents != 0) return {};
      take_all(std::span(watched).subspan(2));
      if (watched[1].revents != 0) TRY_STATUS(accept(listener));
    }
    return {};
  }

 private:
  std::vector<pollfd> watch(int listener, int stop) const {
    const bool has_room = connections_.size() < options_.most_connections;
    std::vector<pollfd> watched = {{stop, POLLIN, 0}, {has_room ? listener : -1, POLLIN, 0}};
    for (const Connection& connection : connections_) watched.push_back({connection.fd(), POLLIN, 0});
    return watched;
  }

  int wait_ms() const {
    const auto now = SteadyClock::now();
    auto longest = longest_wait;
    for (const Connection& connection : connections_) {
      longest = std::min(longest, std::chrono::ceil<std::chrono::milliseconds>(connection.deadline() - now));
    }
    return static_cast<int>(std::max<std::int64_t>(longest.count(), 0));
  }

  void take_all(std::span<const pollfd> watched) {
    for (std::size_t i = 0; i < watched.size(); ++i) {
      if (watched[i].revents != 0) connections_[i].take(answers_);
    }
    const auto now = SteadyClock::now();
    std::erase_if(connections_, [&](const Connection& c) { return !c.is_open() || c.deadline() <= now; });
  }

  // A client that has gone meanwhile is none of ours; one that may not ask is told nothing.
  Status accept(int listener) {
    Fd fd(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
    if (fd.get() < 0) {
      if (errno == EMFILE || errno == ENFILE || errno == EBADF || errno == EINVAL) {
        return fail(ErrorKind::io, "cannot take a connection: {}", os_reason(errno));
      }
      return {};
    }
    const auto user = peer_of(fd.get());
    if (user && may_ask(*user)) {
      add(std::move(fd));
    } else {
      options_.log(user ? fmt::format("refused the user {}", *user) : user.error().message);
    }
    return {};
  }

  bool may_ask(uid_t user) const {
    return user == 0 || user == ::geteuid() ||
           std::ranges::find(options_.users, user) != options_.users.end();
  }

  Answers answers_;
  const ServerOptions& options_;
  std::vector<Connection> connections_;
};

// What a client sent may stand in it: one request is one line of the journal, whatever that holds.
Answers answers_from(const KeyRing& keys, const ServerOptions& options) {
  return [&keys, &options](Message message) -> Result<Answer> {
    auto request = parse_request(std::move(message));
    auto answered = request ? answer_to(*request, keys) : std::unexpected(std::move(request).error());
    if (!answered) {
      options.log(terminal_line(fmt::format("refused: {}", answered.error().message)));
      return std::unexpected(std::move(answered).error());
    }
    if (!answered->line.empty()) options.log(terminal_line(answered->line));
    return std::move(answered->answer);
  };
}

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

Status serve(const KeyRing& keys, int listener, int stop, const ServerOptions& options) {
  return Loop(answers_from(keys, options), options).run(listener, stop);
}

Status serve_one(const KeyRing& keys, Fd connection, const ServerOptions& options) {
  Loop loop(answers_from(keys, options), options);
  loop.add(std::move(connection));
  return loop.run(-1, -1);
}

void refuse(Fd connection, const Error& error, const ServerOptions& options) {
  const Answers answers = [&error](const Message&) -> Result<Answer> { return std::unexpected(error); };
  Loop loop(answers, options);
  loop.add(std::move(connection));
  // Whether the client heard it is not for us to say.
  static_cast<void>(loop.run(-1, -1));
}

StopSignals::StopSignals() {
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, &before_);
  fd_ = Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

// What was read as a stop shall not end us afterwards.
StopSignals::~StopSignals() {
  signalfd_siginfo info;
  while (::read(fd_.get(), &info, sizeof info) > 0) {}
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace hauberk
