// A scripted HTTP server for tests: on loopback, a port of its own, in this process.
//
// Each path has answers in turn: a request takes the next, and the last one repeats. What is not there is
// 404, or what the test's own function answers. All requests are kept for the test to look at, with their
// bodies. Thread rule: every method from any thread; the function is called from several.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace hauberk {

struct TestAnswer {
  int status = 200;
  std::string body = {};
  std::string etag = {};  // with its quotes; also honoured in If-Range
  std::string last_modified = {};  // the same
  bool ranges = true;  // whether "Range: bytes=N-" gives 206
  bool length = true;  // whether Content-Length is sent; without, the connection ends the body
  std::optional<std::size_t> claimed_length = {};  // a Content-Length that lies
  std::optional<std::size_t> cut_after = {};  // closes after so many bytes of the body
  std::optional<std::size_t> stall_after = {};  // sends so many bytes of the body, then nothing more
  std::string redirect = {};  // Location, with status 302 unless another is set
  std::chrono::milliseconds delay{0};  // before the answer
  std::vector<std::pair<std::string, std::string>> headers = {};  // further ones
};

struct TestRequest {
  std::string method;
  std::string path;  // with the query
  std::map<std::string, std::string> headers;  // names in lower case
  int connection = 0;  // which connection it came by, from 1
  std::string body = {};
  bool is_cut = false;  // the connection was closed before all of the body was read
};

class TestHttpServer {
 public:
  TestHttpServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_, 64);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  TestHttpServer(const TestHttpServer&) = delete;
  TestHttpServer& operator=(const TestHttpServer&) = delete;
  ~TestHttpServer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
    ::close(listener_);
  }

  void on(const std::string& path, TestAnswer answer) { in_turn(path, std::vector{std::move(answer)}); }
  void in_turn(const std::string& path, std::vector<TestAnswer> answers) {
    const std::lock_guard lock(mutex_);
    answers_[path] = std::move(answers);
  }

  // Answers what has no scripted answer; none: 404. Also told of requests that were cut, whose answer nobody
  // gets.
  using Handler = std::function<std::optional<TestAnswer>(const TestRequest&)>;
  void otherwise(Handler handler) {
    const std::lock_guard lock(mutex_);
    handler_ = std::move(handler);
  }

  // The next `times` requests of this method with a larger body are read up to `bytes` of it, and then their
  // connection is closed.
  void cut_bodies(const std::string& method, std::size_t bytes, int times) {
    const std::lock_guard lock(mutex_);
    cut_method_ = method;
    cut_bytes_ = bytes;
    cuts_left_ = times;
  }

  // "http://127.0.0.1:PORT/path"; `host` may also be localhost.
  std::string url(const std::string& path, const std::string& host = "127.0.0.1") const {
    return "http://" + host + ":" + std::to_string(port_) + path;
  }
  int port() const { return port_; }

  std::vector<TestRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void accept_all() {
    for (int number = 1; !stopping_; ++number) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      const int on = 1;  // head and body are sent apart: without, the second waits for a delayed answer
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      const std::lock_guard lock(mutex_);
      open_.push_back(fd);
      threads_.emplace_back([this, fd, number] { serve(fd, number); });
    }
  }

  void serve(int fd, int number) {
    std::string pending;
    while (!stopping_) {
      auto request = read_head(fd, pending, number);
      if (!request || !read_body(fd, pending, *request) || !answer(fd, *request)) break;
    }
    const std::lock_guard lock(mutex_);
    std::erase(open_, fd);
    ::close(fd);
  }

  // False when the client is gone, or the body was cut.
  bool read_body(int fd, std::string& pending, TestRequest& request) {
    const auto length = request.headers.find("content-length");
    std::size_t left = length == request.headers.end() ? 0 : std::stoul(length->second);
    if (const auto cut = take_cut(request, left)) {
      request.is_cut = true;
      left = *cut;
    }
    while (pending.size() < left) {
      char buffer[16384];
      const ssize_t count = ::recv(fd, buffer, sizeof buffer, 0);
      if (count <= 0) return false;
      pending.append(buffer, static_cast<std::size_t>(count));
    }
    request.body = pending.substr(0, left);
    pending.erase(0, left);
    if (request.is_cut) static_cast<void>(take_answer(request));
    return !request.is_cut;
  }

  std::optional<std::size_t> take_cut(const TestRequest& request, std::size_t length) {
    const std::lock_guard lock(mutex_);
    if (cuts_left_ == 0 || request.method != cut_method_ || length <= cut_bytes_) return std::nullopt;
    --cuts_left_;
    return cut_bytes_;
  }

  static std::optional<TestRequest> read_head(int fd, std::string& pending, int number) {
    std::size_t end;
    while ((end = pending.find("\r\n\r\n")) == pending.npos) {
      char buffer[4096];
      const ssize_t count = ::recv(fd, buffer, sizeof buffer, 0);
      if (count <= 0) return std::nullopt;
      pending.append(buffer, static_cast<std::size_t>(count));
    }
    const std::string head = pending.substr(0, end + 2);
    pending.erase(0, end + 4);
    TestRequest request;
    request.connection = number;
    std::size_t line_end = head.find("\r\n");
    const std::string first = head.substr(0, line_end);
    const std::size_t space = first.find(' ');
    request.method = first.substr(0, space);
    request.path = first.substr(space + 1, first.rfind(' ') - space - 1);
    for (std::size_t start = line_end + 2; start < head.size(); start = line_end + 2) {
      line_end = head.find("\r\n", start);
      const std::string line = head.substr(start, line_end - start);
      const std::size_t colon = std::min(line.find(':'), line.size());
      std::string name = line.substr(0, colon);
      std::ranges::transform(name, name.begin(),
                             [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      const std::size_t value = line.find_first_not_of(" ", colon + 1);
      request.headers[name] = value == line.npos ? "" : line.substr(value);
    }
    return request;
  }

  TestAnswer take_answer(const TestRequest& request) {
    std::unique_lock lock(mutex_);
    requests_.push_back(request);
    // A proxy is asked with a whole URL: that is a path here like any other.
    const auto found = answers_.find(request.path);
    if (found == answers_.end()) {
      const Handler handler = handler_;
      lock.unlock();
      auto own = handler ? handler(request) : std::nullopt;
      return own ? *std::move(own) : TestAnswer{.status = 404, .body = "no such path"};
    }
    auto& list = found->second;
    TestAnswer answer = list.front();
    if (list.size() > 1) list.erase(list.begin());
    return answer;
  }

  // False when the connection is over.
  bool answer(int fd, const TestRequest& request) {
    const TestAnswer answer = take_answer(request);
    if (answer.delay.count() > 0) std::this_thread::sleep_for(answer.delay);
    std::string_view body = answer.body;
    int status = !answer.redirect.empty() && answer.status == 200 ? 302 : answer.status;
    std::string head;
    if (const auto start = range_start(answer, request)) {
      const std::string size = std::to_string(body.size());
      status = *start < body.size() ? 206 : 416;
      head = status == 416 ? "Content-Range: bytes */" + size + "\r\n"
                           : "Content-Range: bytes " + std::to_string(*start) + "-" +
                                 std::to_string(body.size() - 1) + "/" + size + "\r\n";
      body = body.substr(std::min(*start, body.size()));
    }
    head = "HTTP/1.1 " + std::to_string(status) + " Scripted\r\n" + head;
    if (answer.length)
      head += "Content-Length: " + std::to_string(answer.claimed_length.value_or(body.size())) + "\r\n";
    if (!answer.etag.empty()) head += "ETag: " + answer.etag + "\r\n";
    if (!answer.last_modified.empty()) head += "Last-Modified: " + answer.last_modified + "\r\n";
    if (!answer.redirect.empty()) head += "Location: " + answer.redirect + "\r\n";
    for (const auto& [name, value] : answer.headers) head += name + ": " + value + "\r\n";
    if (!send_all(fd, head + "\r\n")) return false;
    if (request.method == "HEAD") return answer.length;
    const std::size_t sent =
        std::min(answer.cut_after.value_or(answer.stall_after.value_or(body.size())), body.size());
    if (!send_all(fd, body.substr(0, sent))) return false;
    if (answer.stall_after) wait_for_the_end(fd);
    return answer.length && !answer.cut_after && !answer.stall_after && !answer.claimed_length;
  }

  static std::optional<std::size_t> range_start(const TestAnswer& answer, const TestRequest& request) {
    const auto range = request.headers.find("range");
    if (!answer.ranges || answer.status != 200 || range == request.headers.end()) return std::nullopt;
    const auto condition = request.headers.find("if-range");
    const bool same = condition == request.headers.end() ||
                      (!condition->second.empty() &&
                       (condition->second == answer.etag || condition->second == answer.last_modified));
    if (!same || !range->second.starts_with("bytes=")) return std::nullopt;
    return std::stoul(range->second.substr(6));
  }

  static bool send_all(int fd, std::string_view text) {
    while (!text.empty()) {
      const ssize_t count = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  // Until the client gives up, or the server is destroyed.
  static void wait_for_the_end(int fd) {
    char ignored[256];
    while (::recv(fd, ignored, sizeof ignored, 0) > 0) {}
  }

  int listener_;
  int port_ = 0;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<TestAnswer>> answers_;
  std::vector<TestRequest> requests_;
  Handler handler_;
  std::string cut_method_;
  std::size_t cut_bytes_ = 0;
  int cuts_left_ = 0;
  std::vector<int> open_;
  std::vector<std::thread> threads_;  // only the acceptor adds, and it is joined before they are
  std::thread acceptor_;
};

}  // namespace hauberk
