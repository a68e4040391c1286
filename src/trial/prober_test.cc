// SPDX-License-Identifier: Apache-2.0
#include "trial/prober.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "io/dir.h"

namespace hauberk {
namespace {

using testing::HasSubstr;

TEST(ParseHttpAnswer, Accepts) {
  struct Row {
    std::string summary, method, text;
    int status;
    std::string body;
  };
  const std::vector<Row> rows{
      {"no body", "GET", "HTTP/1.1 204 No Content\r\n\r\n", 204, ""},
      {"no headers", "GET", "HTTP/1.0 200 OK\r\n\r\nbody", 200, "body"},
      {"no reason", "GET", "HTTP/1.1 404\r\n\r\n", 404, ""},
      {"a length", "GET", "HTTP/1.1 200 OK\r\nContent-LENGTH:  4 \r\n\r\nbody and more", 200, "body"},
      {"chunks", "GET",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n4;x=y\r\nbody\r\n2\r\n!!\r\n0\r\n\r\n", 200,
       "body!!"},
      {"no chunks", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200, ""},
      {"HEAD has a length and no body", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", 200, ""},
      {"what comes before the answer", "POST", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Made\r\n\r\nx", 201,
       "x"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto answer = parse_http_answer(row.text, row.method);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, row.status);
    EXPECT_EQ(answer->body, row.body);
  }
}

TEST(ParseHttpAnswer, Refuses) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"nothing", ""},
      {"another protocol", "SSH-2.0-x\r\n\r\n"},
      {"a head cut short", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n"},
      {"no status", "HTTP/1.1 OK fine\r\n\r\n"},
      {"a status below 100", "HTTP/1.1 099 x\r\n\r\n"},
      {"a status line cut short", "HTTP/1.1 \r\n\r\n"},
      {"a body cut short", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbody"},
      {"a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nbody"},
      {"chunks cut short", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbo"},
      {"no last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n"},
      {"a chunk larger than all",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx\r\n0\r\n\r\n"},
      {"only what comes before", "HTTP/1.1 100 Continue\r\n\r\n"},
  };
  for (const auto& [summary, text] : rows) EXPECT_FALSE(parse_http_answer(text, "GET")) << summary;
}

// A server on the loopback that takes `count` connections, and answers each the same to the first bytes.
class Server {
 public:
  Server(std::string answer, int count) : answer_(std::move(answer)) {
    socket_ = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size);
    listen(socket_.get(), 64);
    getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, count] {
      for (int i = 0; i < count; ++i) serve();
    });
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() { thread_.join(); }

  ProbeTarget target() const {
    return {
        .port = port_, .deadline = deadline_in(std::chrono::seconds(20)), .still_there = [] { return true; }};
  }
  const std::string& asked() const { return asked_; }  // once all connections are over

 private:
  void serve() {
    const Fd client(accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    std::array<char, 4096> buffer{};
    const ssize_t size = recv(client.get(), buffer.data(), buffer.size(), 0);
    if (size > 0) asked_.assign(buffer.data(), static_cast<std::size_t>(size));
    send(client.get(), answer_.data(), answer_.size(), MSG_NOSIGNAL);
  }

  std::string answer_, asked_;
  Fd socket_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

TEST(Probe, Http) {
  const std::string page = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nA page";
  HttpCommand command{.method = "GET", .path = "/x", .port = {}, .status = {}, .text = "page", .times = 3};
  {
    Server server(page, 3);
    const auto probed = probe(command, server.target());
    EXPECT_TRUE(probed) << probed.error().message;
  }
  command.times = 1;
  command.text = "nothing";
  {
    Server server(page, 1);
    const auto probed = probe(command, server.target());
    ASSERT_FALSE(probed);
    EXPECT_THAT(probed.error().message, HasSubstr("does not contain 'nothing': 'A page'"));
  }
  command.status = 404;
  {
    Server server(page, 1);
    EXPECT_THAT(probe(command, server.target()).error().message, HasSubstr("status 200 and not 404"));
  }
  {
    Server server("nonsense", 1);
    EXPECT_THAT(probe(command, server.target()).error().message, HasSubstr("no HTTP/1 answer"));
  }
}

TEST(Probe, AsksForWhatItIsTold) {
  std::string asked;
  {
    Server server("HTTP/1.1 200 OK\r\n\r\n", 1);
    ASSERT_TRUE(probe(HttpCommand{.method = "POST", .path = "/a?b=c"}, server.target()));
    asked = server.asked();
  }
  EXPECT_THAT(asked, testing::StartsWith("POST /a?b=c HTTP/1.1\r\nHost: localhost:"));
  EXPECT_THAT(asked, HasSubstr("\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
}

TEST(Probe, Tcp) {
  {
    Server server("+PONG\r\n", 2);
    TcpCommand command{.send = "PING\r\n", .expect = "PONG", .port = {}, .times = 2};
    const auto probed = probe(command, server.target());
    EXPECT_TRUE(probed) << probed.error().message;
  }
  Server server("-ERR no\r\n", 1);
  const auto probed = probe(TcpCommand{.send = "PING\r\n", .expect = "PONG", .port = {}}, server.target());
  ASSERT_FALSE(probed);
  EXPECT_THAT(probed.error().message, HasSubstr("does not contain 'PONG': '-ERR no"));
}

TEST(Probe, GivesUpWhenTheProgramIsGoneOrTheTimeOver) {
  std::uint16_t nobody = 0;
  {
    Server server("", 1);
    nobody = server.target().port;
    (void)probe(TcpCommand{.send = "x", .expect = "", .port = {}}, server.target());
  }
  const HttpCommand command{.method = "GET", .path = "/"};
  const auto gone =
      probe(command, {.port = nobody, .deadline = deadline_in(std::chrono::hours(1)), .still_there = [] {
                        return false;
                      }});
  ASSERT_FALSE(gone);
  EXPECT_THAT(gone.error().message, HasSubstr("ended without taking a connection"));
  const auto late = probe(command, {.port = nobody,
                                    .deadline = deadline_in(std::chrono::milliseconds(0)),
                                    .still_there = [] { return true; }});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::limit_exceeded);
}

}  // namespace
}  // namespace hauberk
