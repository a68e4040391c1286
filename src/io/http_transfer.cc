// One request by libcurl's easy interface.
//
// SPDX-License-Identifier: Apache-2.0
#include "io/http_transfer.h"

#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <memory>

namespace hauberk {
namespace {

constexpr std::uint64_t ignored_body_bytes = 64 << 10;  // of an error page, read so that the connection lives
constexpr std::size_t header_limit_bytes = 256 << 10;  // of one answer
constexpr long buffer_bytes = 256 << 10;  // libcurl's, one for each handle

const char* text_of(HttpMethod method) {
  switch (method) {
    case HttpMethod::get: return "GET";
    case HttpMethod::head: return "HEAD";
    case HttpMethod::put: return "PUT";
    case HttpMethod::post: return "POST";
    case HttpMethod::patch: return "PATCH";
    case HttpMethod::remove: return "DELETE";
  }
  return "GET";
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

// "bytes 100-199/500", "bytes */500"; the total may be "*".
struct ContentRange {
  std::optional<std::uint64_t> first;
  std::optional<std::uint64_t> total;
};

ContentRange parse_content_range(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (!text.starts_with("bytes ") || slash == text.npos) return {};
  const std::string_view range = text.substr(6, slash - 6);
  return {number(range.substr(0, std::min(range.find('-'), range.size()))), number(text.substr(slash + 1))};
}

class Transfer {
 public:
  Transfer(CURL* handle, const HttpRequest& request, Download& download)
      : handle_(handle), request_(request), download_(download) {}
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() {
    curl_easy_reset(handle_);  // it must not keep pointers to us
    curl_slist_free_all(headers_);
  }

  Outcome run() {
    if (auto refused = set_up()) return *refused;
    const CURLcode code = curl_easy_perform(handle_);
    // An answer without a body has not been judged yet.
    if (code == CURLE_OK && !judged_) judge();
    if (outcome_) return *outcome_;
    if (is_cut_) return {};
    if (code != CURLE_OK) return connection_failed(code);
    if (is_text_) return {};
    if (skip_ > 0) return changed();  // shorter than what the sink has already
    if (download_.total && download_.delivered != *download_.total) return broke_off();
    return {};
  }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    if (curl_easy_setopt(handle_, option, value) != CURLE_OK) usable_ = false;
  }

  void add_header(const std::string& line) {
    if (curl_slist* longer = curl_slist_append(headers_, line.c_str())) headers_ = longer;
  }

  static Outcome failed(ErrorKind kind, std::string reason, bool may_pass) {
    return {.kind = Outcome::Kind::failed, .error = {kind, std::move(reason)}, .may_pass = may_pass};
  }

  std::optional<Outcome> set_up() {
    const HttpOptions& options = request_.options;
    curl_easy_reset(handle_);
    set(CURLOPT_URL, request_.url.request_url().c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    // As OpenSSL, Go and Python have it: an organisation's own authority, in place of the system's list.
    if (const char* file = std::getenv("SSL_CERT_FILE"); file != nullptr && *file != '\0') {
      set(CURLOPT_CAINFO, file);
      set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
    }
    set(CURLOPT_NOSIGNAL, 1L);
    // Refused where the handle still has a buffer, after a request that failed early: then it is this one.
    static_cast<void>(curl_easy_setopt(handle_, CURLOPT_BUFFERSIZE, buffer_bytes));
    set(CURLOPT_USERAGENT, options.user_agent.c_str());
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, 1000L);
    const auto stall = std::chrono::ceil<std::chrono::seconds>(stall_timeout());
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(std::max<std::int64_t>(1, stall.count())));
    set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_socket);
    set(CURLOPT_OPENSOCKETDATA, this);
    set(CURLOPT_WRITEFUNCTION, &Transfer::take_body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_HEADERFUNCTION, &Transfer::take_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set_credentials();
    set_range();
    if (request_.call != nullptr) set_call(*request_.call);
    set(CURLOPT_HTTPHEADER, headers_);
    auto refused = set_proxy();
    if (!refused && !usable_) refused = failed(ErrorKind::io, "libcurl refuses its options", false);
    return refused;
  }

  void set_credentials() {
    if (!request_.with_credentials || request_.url.user().empty()) return;
    set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    set(CURLOPT_USERNAME, request_.url.user().c_str());
    set(CURLOPT_PASSWORD, request_.url.password().c_str());
  }

  std::chrono::milliseconds stall_timeout() const {
    const bool own = request_.call != nullptr && request_.call->stall_timeout;
    return own ? *request_.call->stall_timeout : request_.options.stall_timeout;
  }

  bool gets() const { return request_.call == nullptr || request_.call->method == HttpMethod::get; }

  void set_call(const HttpCall& call) {
    for (const HttpHeader& header : call.headers) add_header(header.name + ": " + header.value);
    if (request_.with_credentials && !call.authorization.empty()) {
      add_header("Authorization: " + call.authorization);
    }
    if (call.method == HttpMethod::get) return;
    if (call.method == HttpMethod::head) return set(CURLOPT_NOBODY, 1L);
    if (call.method != HttpMethod::remove) set_body(call.body);
    set(CURLOPT_CUSTOMREQUEST, text_of(call.method));
  }

  void set_body(const HttpBody* body) {
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(body == nullptr ? 0 : body->size_bytes()));
    set(CURLOPT_UPLOAD_BUFFERSIZE, buffer_bytes);
    set(CURLOPT_READFUNCTION, &Transfer::give_body);
    set(CURLOPT_READDATA, this);
    // Where nothing may be sent twice, libcurl may not do so either.
    if (request_.call->attempts != 1) {
      set(CURLOPT_SEEKFUNCTION, &Transfer::rewind_body);
      set(CURLOPT_SEEKDATA, this);
    }
    add_header("Expect:");  // no round trip to ask whether the body is welcome
  }

  // libcurl asks for the body again where the connection that it reused was closed meanwhile.
  static int rewind_body(void* self, curl_off_t offset, int origin) {
    if (offset != 0 || origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
    auto& transfer = *static_cast<Transfer*>(self);
    transfer.body_.reset();
    transfer.sent_ = 0;
    return CURL_SEEKFUNC_OK;
  }

  static std::size_t give_body(char* buffer, std::size_t, std::size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const auto count = transfer.read_body(std::as_writable_bytes(std::span(buffer, size)));
    if (count) return *count;
    transfer.outcome_ = {.kind = Outcome::Kind::failed, .error = count.error()};
    return CURL_READFUNC_ABORT;
  }

  Result<std::size_t> read_body(std::span<std::byte> buffer) {
    const HttpBody* body = request_.call->body;
    if (body == nullptr || sent_ == body->size_bytes()) return 0;
    if (!body_) {
      TRY(body_, body->open());
    }
    TRY(const std::size_t count, body_->read(buffer));
    sent_ += count;
    if (count == 0 || sent_ > body->size_bytes()) return wrong_body();
    if (sent_ < body->size_bytes()) return count;
    // A source that checks itself does so at its end: asked for before the last bytes are out.
    std::byte beyond{};
    TRY(const std::size_t more, body_->read(std::span(&beyond, 1)));
    if (more > 0) return wrong_body();
    return count;
  }

  std::unexpected<Error> wrong_body() const {
    return fail(ErrorKind::io, "what is to be sent is not the {} bytes long that it was said to be",
                request_.call->body->size_bytes());
  }

  void set_range() {
    if (download_.delivered == 0 || !download_.resume) return;
    ranged_ = true;
    add_header(fmt::format("Range: bytes={}-", download_.delivered));
    if (!download_.validator.empty()) add_header("If-Range: " + download_.validator);
  }

  // A proxy resolves names itself, so of the target only its text can be judged.
  std::optional<Outcome> set_proxy() {
    const std::string proxy = request_.proxies.proxy_for(request_.url);
    set(CURLOPT_PROXY, proxy.c_str());  // empty: none, whatever the environment says
    set(CURLOPT_NOPROXY, "");
    by_proxy_ = !proxy.empty();
    if (by_proxy_ && names_private_address(request_.url.host()) && !private_allowed())
      return refused_address();
    return std::nullopt;
  }

  bool private_allowed() const { return allows_private(request_.options.egress, request_.url.host()); }

  Outcome refused_address() const {
    return failed(
        ErrorKind::verification_failed,
        fmt::format("{} has a private address, and those are not allowed; if the host is yours, add it to "
                    "allow_private_hosts in config.yaml",
                    request_.url.host()),
        false);
  }

  // Called for every address that is tried, right before it is connected to.
  static curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* address) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (!transfer.by_proxy_ && !transfer.private_allowed() && is_private_address(address->addr)) {
      transfer.refused_private_ = true;
      return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  }

  static std::size_t take_header(char*, std::size_t, std::size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    transfer.header_bytes_ += size;
    if (transfer.header_bytes_ <= header_limit_bytes) return size;
    transfer.outcome_ = failed(ErrorKind::network, "the server sends too many headers", false);
    return 0;
  }

  static std::size_t take_body(char* data, std::size_t, std::size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (!transfer.judged_) transfer.judge();
    return transfer.take(std::as_bytes(std::span(data, size))) ? size : CURL_WRITEFUNC_ERROR;
  }

  bool take(std::span<const std::byte> bytes) {
    if (outcome_) {  // an error page, or a redirect's text
      ignored_ += bytes.size();
      return ignored_ <= ignored_body_bytes && !abort_;
    }
    if (is_text_) return take_text(bytes);
    const std::size_t skipped = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, bytes.size()));
    skip_ -= skipped;
    bytes = bytes.subspan(skipped);
    if (bytes.empty()) return true;
    if (bytes.size() > download_.limit_bytes - download_.delivered) {
      outcome_ = too_large();
      return false;
    }
    if (auto status = download_.sink.write(bytes); !status) {
      outcome_ = {.kind = Outcome::Kind::failed, .error = status.error()};
      return false;
    }
    download_.delivered += bytes.size();
    return true;
  }

  // Of an answer that is no file: what it says. Of a refusal, the beginning will do.
  bool take_text(std::span<const std::byte> bytes) {
    std::string& text = request_.answer->body;
    const bool is_good = request_.answer->status < 300;
    const std::uint64_t room = (is_good ? download_.limit_bytes : ignored_body_bytes) - text.size();
    is_cut_ = !is_good && bytes.size() > room;
    if (is_good && bytes.size() > room) outcome_ = too_large();
    if (outcome_) return false;
    const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(room, bytes.size()));
    text.append(reinterpret_cast<const char*>(bytes.data()), taken);
    return !is_cut_;
  }

  Outcome too_large() const {
    return failed(ErrorKind::limit_exceeded,
                  fmt::format("it is larger than the {} bytes that are accepted", download_.limit_bytes),
                  false);
  }

  std::string header(const char* name) const {
    curl_header* found = nullptr;
    const bool there = curl_easy_header(handle_, name, 0, CURLH_HEADER, -1, &found) == CURLHE_OK;
    return there ? found->value : std::string();
  }

  // Decides what the answer is, once its headers are there. Without an outcome, the body is the file's.
  void judge() {
    judged_ = true;
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    if (request_.answer != nullptr) record(static_cast<int>(status));
    if (status == 200 && gets()) return judge_whole();
    if (status == 206 && ranged_) return judge_part();
    if (status == 416 && ranged_) return judge_no_part();
    char* location = nullptr;
    curl_easy_getinfo(handle_, CURLINFO_REDIRECT_URL, &location);
    if (status >= 300 && status < 400 && location != nullptr) {
      return judge_redirect(location);
    }
    outcome_ = refused(status);
    // To a call, every answer that another attempt would not change is one.
    if (request_.call == nullptr || outcome_->may_pass) return;
    outcome_.reset();
    is_text_ = true;
  }

  void judge_redirect(const char* location) {
    if (gets() || request_.call->method == HttpMethod::head) {
      outcome_ = {.kind = Outcome::Kind::redirect, .location = location};
    } else {
      outcome_ = failed(ErrorKind::network,
                        fmt::format("the server sends what was to be written elsewhere, to {}",
                                    public_url(location)),
                        false);
    }
  }

  void record(int status) {
    HttpAnswer& answer = *request_.answer;
    answer = {.status = status, .url = request_.url.request_url()};
    curl_header* header = nullptr;
    while ((header = curl_easy_nextheader(handle_, CURLH_HEADER, -1, header)) != nullptr) {
      std::string name(header->name);
      std::ranges::transform(name, name.begin(),
                             [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
      // libcurl 7.88 leaves the line's end on an empty value.
      const std::string_view value(header->value);
      answer.headers.push_back({std::move(name), std::string(value.substr(0, value.find_first_of("\r\n")))});
    }
  }

  void judge_whole() {
    curl_off_t length = -1;
    curl_easy_getinfo(handle_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    std::optional<std::uint64_t> total;
    if (length >= 0) total = static_cast<std::uint64_t>(length);
    std::string validator = header("ETag");
    if (validator.starts_with("W/")) validator.clear();
    if (validator.empty()) validator = header("Last-Modified");
    if (download_.delivered > 0) {
      // Another version than the one whose beginning the sink has already.
      const bool same = !download_.is_known || validator == download_.validator;
      if (!same || (total && download_.total && total != download_.total)) {
        return stop(changed());
      }
      skip_ = download_.delivered;
    }
    download_.validator = validator;
    download_.is_known = true;
    download_.total = total;
    if (total && *total > download_.limit_bytes) stop(too_large());
  }

  void judge_part() {
    const ContentRange range = parse_content_range(header("Content-Range"));
    if (range.first != download_.delivered) {
      download_.resume = false;
      return stop(failed(ErrorKind::network, "the server resumes at another place than asked for", true));
    }
    if (range.total && download_.total && range.total != download_.total) return stop(changed());
  }

  // Nothing is left: fine if there is no more to be had.
  void judge_no_part() {
    const auto total = parse_content_range(header("Content-Range")).total;
    if (total && download_.total && total != download_.total) return stop(changed());
    if (total == download_.delivered) {
      outcome_ = Outcome{};
      return;
    }
    download_.resume = false;
    outcome_ = failed(ErrorKind::network, "the server refuses to resume", true);
  }

  // Ends the transfer with an outcome that no more bytes could change.
  void stop(Outcome outcome) {
    outcome_ = std::move(outcome);
    abort_ = true;
  }

  static Outcome changed() {
    return failed(ErrorKind::network, "the file changed on the server while it was read; run it again",
                  false);
  }

  Outcome refused(long status) const {
    if (status == 404 || status == 410) {
      return failed(ErrorKind::not_found, fmt::format("the server has no such file ({})", status), false);
    }
    if (status == 401 || status == 403 || status == 407) {
      return failed(ErrorKind::network,
                    fmt::format("the server refuses access ({}); check the user name and "
                                "password of this upstream",
                                status),
                    false);
    }
    Outcome outcome = failed(ErrorKind::network, fmt::format("the server answers {}", status),
                             status >= 500 || status == 429 || status == 408);
    curl_off_t seconds = 0;
    curl_easy_getinfo(handle_, CURLINFO_RETRY_AFTER, &seconds);
    outcome.retry_after = std::chrono::seconds(seconds);
    return outcome;
  }

  Outcome broke_off() const {
    if (sent_ > 0) {
      return failed(ErrorKind::network,
                    fmt::format("the connection broke off after {} bytes were sent", sent_), true);
    }
    return failed(ErrorKind::network,
                  fmt::format("the connection broke off after {} bytes", download_.delivered), true);
  }

  Outcome connection_failed(CURLcode code) const {
    if (refused_private_ && code == CURLE_COULDNT_CONNECT) return refused_address();
    const std::string& host = request_.url.host();
    switch (code) {
      case CURLE_COULDNT_RESOLVE_HOST:
        return failed(ErrorKind::network,
                      fmt::format("the host name {} is not known; check it, and the network", host), true);
      case CURLE_COULDNT_RESOLVE_PROXY:
        return failed(ErrorKind::network,
                      "the proxy's host name is not known; check http_proxy and https_proxy", true);
      case CURLE_COULDNT_CONNECT:
        return failed(ErrorKind::network,
                      fmt::format("{} accepts no connection on port {}", by_proxy_ ? "the proxy" : host,
                                  request_.url.port()),
                      true);
      case CURLE_OPERATION_TIMEDOUT: return timed_out();
      case CURLE_GOT_NOTHING:
      case CURLE_RECV_ERROR:
      case CURLE_SEND_ERROR:
      case CURLE_SEND_FAIL_REWIND:
      case CURLE_PARTIAL_FILE: return broke_off();
      case CURLE_PEER_FAILED_VERIFICATION:
      case CURLE_SSL_CACERT_BADFILE:
        return failed(ErrorKind::network,
                      fmt::format("the certificate of {} is not trusted; check this machine's date and its "
                                  "package ca-certificates; an authority of your own goes into "
                                  "/usr/local/share/ca-certificates (then run update-ca-certificates), or is "
                                  "named by SSL_CERT_FILE",
                                  host),
                      false);
      default: return failed(ErrorKind::network, curl_easy_strerror(code), true);
    }
  }

  Outcome timed_out() const {
    curl_off_t connected = 0;
    curl_easy_getinfo(handle_, CURLINFO_CONNECT_TIME_T, &connected);
    const HttpOptions& options = request_.options;
    const auto seconds = [](std::chrono::milliseconds time) {
      return std::chrono::ceil<std::chrono::seconds>(time).count();
    };
    if (connected == 0) {
      return failed(ErrorKind::network,
                    fmt::format("{} did not answer within {} s", request_.url.host(),
                                seconds(options.connect_timeout)),
                    true);
    }
    const char* const way = sent_ > 0 ? "moved" : "came";
    return failed(ErrorKind::network,
                  fmt::format("the server stopped after {} bytes: nearly nothing {} for {} s",
                              sent_ > 0 ? sent_ : download_.delivered, way, seconds(stall_timeout())),
                  true);
  }

  CURL* handle_;
  const HttpRequest& request_;
  Download& download_;
  curl_slist* headers_ = nullptr;
  bool usable_ = true;
  bool by_proxy_ = false;
  bool ranged_ = false;
  bool refused_private_ = false;
  bool judged_ = false;
  bool abort_ = false;
  bool is_text_ = false;  // the body is the answer's text, not the file
  bool is_cut_ = false;  // of which enough was read
  std::size_t header_bytes_ = 0;
  std::uint64_t ignored_ = 0;
  std::uint64_t skip_ = 0;
  std::uint64_t sent_ = 0;
  std::unique_ptr<ByteSource> body_;
  std::optional<Outcome> outcome_;
};

}  // namespace

Outcome perform(CURL* handle, const HttpRequest& request, Download& download) {
  return Transfer(handle, request, download).run();
}

}  // namespace hauberk
