// The client: redirects, attempts, and the pool of connections.
//
// SPDX-License-Identifier: Apache-2.0
#include "io/http.h"

#include <curl/curl.h>

#include <algorithm>
#include <mutex>
#include <thread>

#include "base/free_by.h"
#include "io/egress.h"
#include "io/http_transfer.h"
#include "io/http_url.h"

namespace hauberk {
namespace {

// A transfer that gained this much gets all its attempts again: a long download over a bad line.
constexpr std::uint64_t progress_bytes = 1 << 20;
constexpr std::chrono::milliseconds longest_wait{10'000};

using Handle = std::unique_ptr<CURL, FreeBy<curl_easy_cleanup>>;

bool initialise_curl() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ready;
}

// What comes from a server, as a token does, may not add lines of its own to a request.
Status check_headers(const HttpCall& call) {
  const auto is_line = [](std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
  };
  const bool good = is_line(call.authorization) && std::ranges::all_of(call.headers, [&](const auto& header) {
                      return is_line(header.name) && is_line(header.value);
                    });
  if (good) return {};
  return fail(ErrorKind::invalid_input, "cannot send to {}: a header would have several lines",
              public_url(call.url));
}

}  // namespace

std::string HttpAnswer::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &HttpHeader::name);
  return found == headers.end() ? std::string() : found->value;
}

std::vector<std::string> HttpAnswer::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const HttpHeader& header : headers) {
    if (header.name == name) values.push_back(header.value);
  }
  return values;
}

struct HttpClient::State {
  HttpOptions options;
  ProxySettings proxies;
  std::mutex mutex;
  std::vector<Handle> idle;  // each with its open connections; the last used is the first taken

  Handle take() {
    const std::lock_guard lock(mutex);
    if (idle.empty()) return Handle(initialise_curl() ? curl_easy_init() : nullptr);
    Handle handle = std::move(idle.back());
    idle.pop_back();
    return handle;
  }

  void put_back(Handle handle) {
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(handle));
  }

  Outcome attempt(CURL* handle, const HttpUrl& url, Download& download, const HttpCall* call,
                  HttpAnswer* answer) const;
  Status perform_all(const std::string& url, Download& download, const HttpCall* call, HttpAnswer* answer);
};

// One way from the URL through its redirects to an answer.
Outcome HttpClient::State::attempt(CURL* handle, const HttpUrl& url, Download& download, const HttpCall* call,
                                   HttpAnswer* answer) const {
  const auto failed = [](ErrorKind kind, std::string reason) {
    return Outcome{.kind = Outcome::Kind::failed, .error = {kind, std::move(reason)}};
  };
  // With the credentials of the first URL, or, once a redirect has left its host, with none.
  HttpUrl hop = url;
  bool with_credentials = true;
  for (int redirects = 0;; ++redirects) {
    HttpUrl sent = with_credentials ? hop.with_credentials_of(url) : hop;
    Outcome outcome = perform(handle, {sent, with_credentials, options, proxies, call, answer}, download);
    if (outcome.kind != Outcome::Kind::redirect) return outcome;
    if (redirects == options.redirects) {
      return failed(ErrorKind::network, fmt::format("more than {} redirects", options.redirects));
    }
    auto next = HttpUrl::parse(outcome.location);
    if (!next) return failed(ErrorKind::verification_failed, "redirected: " + next.error().message);
    if (hop.scheme() == "https" && next->scheme() != "https") {
      return failed(ErrorKind::verification_failed,
                    fmt::format("redirected from https to http, to {}", public_url(outcome.location)));
    }
    with_credentials = with_credentials && url.shares_credentials_with(*next);
    hop = *std::move(next);
  }
}

HttpClient::HttpClient(HttpOptions options)
    : state_(new State{.options = std::move(options),
                       .proxies = ProxySettings::of_environment(),
                       .mutex = {},
                       .idle = {}}) {
  initialise_curl();
  for (std::string& host : state_->options.egress.allow_private_hosts) {
    std::ranges::transform(host, host.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  }
}

HttpClient::~HttpClient() = default;

// All attempts.
Status HttpClient::State::perform_all(const std::string& url, Download& download, const HttpCall* call,
                                      HttpAnswer* answer) {
  TRY(const HttpUrl parsed, HttpUrl::parse(url));
  Handle handle = take();
  if (!handle) return fail(ErrorKind::io, "cannot fetch {}: libcurl cannot be set up", public_url(url));
  const int attempts = call == nullptr ? options.attempts : call->attempts.value_or(options.attempts);
  Outcome outcome;
  std::uint64_t delivered_before = download.delivered;
  for (int failures = 0;;) {
    outcome = attempt(handle.get(), parsed, download, call, answer);
    if (outcome.kind == Outcome::Kind::done || !outcome.may_pass) break;
    if (download.delivered - delivered_before >= progress_bytes) failures = 0;
    delivered_before = download.delivered;
    if (++failures >= attempts) break;
    const auto doubled = options.retry_delay * (1 << std::min(failures - 1, 10));
    const auto wait = std::max<std::chrono::milliseconds>(doubled, outcome.retry_after);
    std::this_thread::sleep_for(std::min(wait, longest_wait));
  }
  put_back(std::move(handle));
  if (outcome.kind == Outcome::Kind::done) return {};
  const bool reads = call == nullptr || call->method == HttpMethod::get || call->method == HttpMethod::head;
  return fail(outcome.error.kind, "cannot {} {}: {}", reads ? "fetch" : "send to", public_url(url),
              outcome.error.message);
}

Status HttpClient::get(const std::string& url, ByteSink& sink, std::uint64_t limit_bytes) {
  Download download{.sink = sink, .limit_bytes = limit_bytes};
  return state_->perform_all(url, download, nullptr, nullptr);
}

Result<HttpAnswer> HttpClient::send(const HttpCall& call, std::uint64_t limit_bytes) {
  MemorySink sink;
  TRY(HttpAnswer answer, download(call, sink, limit_bytes));
  if (answer.body.empty()) answer.body = sink.take();
  return answer;
}

Result<HttpAnswer> HttpClient::download(const HttpCall& call, ByteSink& sink, std::uint64_t limit_bytes,
                                        std::uint64_t have_bytes) {
  TRY_STATUS(check_headers(call));
  Download download{
      .sink = sink, .limit_bytes = limit_bytes, .delivered = have_bytes, .is_known = have_bytes == 0};
  HttpAnswer answer;
  TRY_STATUS(state_->perform_all(call.url, download, &call, &answer));
  return answer;
}

}  // namespace hauberk
