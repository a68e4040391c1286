// The prober. See prober.h.
//
// SPDX-License-Identifier: Apache-2.0
#include "trial/prober.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <thread>

namespace hauberk {
namespace {

constexpr std::size_t answer_limit_bytes = 16 << 20;
constexpr std::chrono::milliseconds retry_pause{10};

std::string reason() { return os_reason(errno); }

std::unexpected<Error> out_of_time(std::string_view doing) {
  return fail(ErrorKind::limit_exceeded, "the time was over while {}", doing);
}

// Whether the socket is ready for `events` before the deadline.
bool ready(int socket, short events, Deadline deadline) {
  while (!is_past(deadline)) {
    pollfd wait{socket, events, 0};
    const int count =
        poll(&wait, 1, static_cast<int>(std::min<std::int64_t>(time_until(deadline).count(), 60'000)));
    if (count > 0) return true;
    if (count < 0 && errno != EINTR) return false;
  }
  return false;
}

template <class Address>
Fd connect_to(const Address& address, int family, Deadline deadline) {
  Fd socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto* raw = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(socket.get(), raw, sizeof address) == 0) return socket;
  if (errno != EINPROGRESS || !ready(socket.get(), POLLOUT, deadline)) return Fd();
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) return Fd();
  return socket;
}

Fd connect_once(std::uint16_t port, Deadline deadline) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  Fd socket = connect_to(v4, AF_INET, deadline);
  if (socket.get() >= 0) return socket;
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  v6.sin6_addr = in6addr_loopback;
  return connect_to(v6, AF_INET6, deadline);
}

Result<Fd> connect_patiently(const ProbeTarget& target) {
  for (;;) {
    Fd socket = connect_once(target.port, target.deadline);
    if (socket.get() >= 0) return socket;
    if (!target.still_there()) {
      return fail(ErrorKind::io, "the program ended without taking a connection on port {}", target.port);
    }
    if (is_past(target.deadline))
      return out_of_time(fmt::format("waiting for port {} to take connections", target.port));
    std::this_thread::sleep_for(retry_pause);
  }
}

Status send_all(int socket, std::string_view text, Deadline deadline) {
  while (!text.empty()) {
    if (!ready(socket, POLLOUT, deadline)) return out_of_time("sending to the program");
    const ssize_t sent = send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (sent < 0) return fail(ErrorKind::io, "the program does not take what is sent: {}", reason());
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

// Reads until `enough` says so of what has come, or the other side closes.
Result<std::string> receive(int socket, Deadline deadline,
                            const std::function<bool(std::string_view)>& enough) {
  std::string text;
  std::array<char, 16 << 10> buffer{};
  while (!enough(text)) {
    if (!ready(socket, POLLIN, deadline)) {
      return out_of_time(fmt::format("waiting for the rest of the answer, after {} bytes", text.size()));
    }
    const ssize_t size = recv(socket, buffer.data(), buffer.size(), 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (size < 0) return fail(ErrorKind::io, "the program broke the connection off: {}", reason());
    if (size == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(size));
    if (text.size() > answer_limit_bytes) {
      return fail(ErrorKind::limit_exceeded, "the answer is longer than {} bytes", answer_limit_bytes);
    }
  }
  return text;
}

// The start of a text that may be long and may be anything, for a report.
std::string excerpt(std::string_view text) {
  constexpr std::size_t shown = 300;
  return fmt::format("'{}'{}", text.substr(0, shown), text.size() > shown ? "..." : "");
}

Status ask_once(const HttpCommand& command, const ProbeTarget& target) {
  TRY(const Fd socket, connect_patiently(target));
  const std::string request = fmt::format(
      "{} {} HTTP/1.1\r\nHost: localhost:{}\r\nUser-Agent: hauberk/{}\r\nAccept: */*\r\nConnection: "
      "close\r\n{}\r\n",
      command.method, command.path, target.port, HAUBERK_VERSION,
      command.method == "GET" || command.method == "HEAD" ? "" : "Content-Length: 0\r\n");
  TRY_STATUS(send_all(socket.get(), request, target.deadline));
  TRY(const std::string text, receive(socket.get(), target.deadline, [](std::string_view) { return false; }));
  TRY(const HttpAnswer answer, parse_http_answer(text, command.method));
  const bool right = command.status ? answer.status == *command.status : answer.status / 100 == 2;
  if (!right) {
    return fail(ErrorKind::io, "the answer has the status {} and not {}: {}", answer.status,
                command.status ? std::to_string(*command.status) : "2xx", excerpt(answer.body));
  }
  if (answer.body.find(command.text) == std::string::npos) {
    return fail(ErrorKind::io, "the answer does not contain '{}': {}", command.text, excerpt(answer.body));
  }
  return {};
}

Status ask_once(const TcpCommand& command, const ProbeTarget& target) {
  TRY(const Fd socket, connect_patiently(target));
  TRY_STATUS(send_all(socket.get(), command.send, target.deadline));
  // A server that keeps the connection open says nothing more, so the answer is over when it is right.
  std::string come;
  const auto answered = receive(socket.get(), target.deadline, [&](std::string_view text) {
    come = text;
    return text.find(command.expect) != std::string_view::npos;
  });
  if (come.find(command.expect) != std::string::npos) return {};
  return fail(answered ? ErrorKind::io : answered.error().kind, "the answer does not contain '{}': {}{}",
              command.expect, excerpt(come), answered ? "" : ", and then " + answered.error().message);
}

template <class Command>
Status ask_often(const Command& command, const ProbeTarget& target) {
  for (std::uint32_t i = 1; i <= command.times; ++i) {
    const auto answered = ask_once(command, target);
    if (answered) continue;
    if (command.times == 1) return answered;
    return wrap(answered.error(), fmt::format("time {} of {}", i, command.times));
  }
  return {};
}

}  // namespace

Status probe(const HttpCommand& command, const ProbeTarget& target) { return ask_often(command, target); }
Status probe(const TcpCommand& command, const ProbeTarget& target) { return ask_often(command, target); }

}  // namespace hauberk
