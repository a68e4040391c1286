// The one HTTP client, and the rules for what may leave this machine.
//
// Only http and https. Private, loopback and link-local addresses only if EgressRules allow them;
// the address is checked when the connection is made (so a DNS answer cannot change in between) and
// again at each redirect, which never leads from https to http. Credentials in a URL go to that host
// alone, and so do those of a call; a redirect's own are ignored. Thread rule: a client may be used from
// several threads; each request uses its own connection from the pool, and connections are kept open for the
// next. Memory: 256 KiB for each request at work, twice that while it sends a body.
//
// The proxy of the environment is used (http_proxy, https_proxy, all_proxy, no_proxy; read once, when the
// client is made). Its own address may be private. It resolves the names, so only hosts written as an
// address or as localhost are then held to the rules here; what a name means to the proxy is its matter.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/stream.h"

namespace hauberk {

struct EgressRules {
  bool allow_private_addresses = false;
  std::vector<std::string> allow_private_hosts = {};  // exact names of hosts that may have private addresses
};

struct HttpOptions {
  EgressRules egress;
  int attempts = 3;  // for errors that may pass: connection, 5xx, 429
  std::chrono::milliseconds connect_timeout{15'000};
  std::chrono::milliseconds stall_timeout{30'000};  // fewer than 1,000 bytes/s for this long is an error
  std::chrono::milliseconds retry_delay{250};  // before the second attempt, doubled for each further one
  int redirects = 5;
  std::string user_agent = "hauberk/" HAUBERK_VERSION;
};

enum class HttpMethod { get, head, put, post, patch, remove };

struct HttpHeader {
  std::string name, value;

  friend bool operator==(const HttpHeader&, const HttpHeader&) = default;
};

// What a request carries. It can be opened again, since a request may have to be sent again.
class HttpBody {
 public:
  virtual ~HttpBody() = default;
  virtual std::uint64_t size_bytes() const = 0;
  // From the start; exactly size_bytes() many, then the end. An error at the end (as of open_verified(), when
  // the bytes were wrong) stops the request before its last bytes are sent.
  virtual Result<std::unique_ptr<ByteSource>> open() const = 0;
};

struct HttpCall {
  HttpMethod method = HttpMethod::get;
  std::string url;
  std::vector<HttpHeader> headers = {};
  std::string authorization = {};  // value of that header: sent to the URL's own host alone
  const HttpBody* body = nullptr;  // of put, post and patch; none: an empty one
  std::optional<int> attempts = {};  // else those of the client
  std::optional<std::chrono::milliseconds> stall_timeout = {};  // the same; an upload's answer takes its time
};

struct HttpAnswer {
  int status = 0;
  std::vector<HttpHeader> headers = {};  // names in lower case
  std::string body = {};
  std::string url = {};  // of the one that answered: redirects are followed

  // The first of the name, which is in lower case; empty if there is none.
  std::string header(std::string_view name) const;
  // All of the name.
  std::vector<std::string> all(std::string_view name) const;
};

// The URL without user info, query and fragment: the only form that may be recorded or printed.
std::string public_url(std::string_view url);

class HttpClient {
 public:
  explicit HttpClient(HttpOptions options);
  ~HttpClient();

  // GETs `url` into `sink`, at most `limit_bytes`. A transfer that breaks off is resumed with Range from
  // where it stopped (the sink sees each byte once); a server that does not resume is read again and the
  // bytes already seen are skipped. not_found: 404 or 410; network: anything else the server or the
  // connection did, after the attempts, with the reason in words; limit_exceeded: larger than allowed;
  // verification_failed: an address or a redirect that the egress rules refuse; invalid_input: no http or
  // https URL; an error of the sink as it is. A file that changes on the server between two attempts (by
  // its ETag, Last-Modified or size) is an error: never a mixture. Where a transfer was not given a size
  // by the server, its early end cannot be told: check what you got.
  Status get(const std::string& url, ByteSink& sink, std::uint64_t limit_bytes);

  // Sends the call and gives the answer, also one that refuses (4xx): of those the first 64 KiB of the body.
  // limit_exceeded: a good answer with a body of more than `limit_bytes`; an error of the call's body as it
  // is; else as get(). After an error that may pass (the connection, 5xx, 429) it is sent again: a call that
  // must not be, asks for one attempt. Redirects are followed for get and head, and are an error for others.
  Result<HttpAnswer> send(const HttpCall& call, std::uint64_t limit_bytes = 4 << 20);

  // A call of method get whose good answer goes to the sink, with resuming as get() does it; the answer's
  // body is then empty. An answer that refuses is given as by send(), and the sink has had what came before:
  // `have_bytes` of it can then be passed on, for a further call to go on from there. The caller checks the
  // whole; only within one call is a change on the server found.
  Result<HttpAnswer> download(const HttpCall& call, ByteSink& sink, std::uint64_t limit_bytes,
                              std::uint64_t have_bytes = 0);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hauberk
