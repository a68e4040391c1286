// The one HTTP client, and the rules for what may leave this machine.
//
// Only http and https. Private, loopback and link-local addresses only if EgressRules allow them;
// the address is checked when the connection is made (so a DNS answer cannot change in between) and
// again at each redirect, which never leads from https to http. Credentials in a URL go to that host
// alone; a redirect's own are ignored. Thread rule: a client may be used from several threads; each get()
// uses its own connection from the pool, and connections are kept open for the next. Memory: 256 KiB for
// each get() at work.
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
  int attempts = 3;                                // for errors that may pass: connection, 5xx, 429
  std::chrono::milliseconds connect_timeout{15'000};
  std::chrono::milliseconds stall_timeout{30'000};  // fewer than 1,000 bytes/s for this long is an error
  std::chrono::milliseconds retry_delay{250};       // before the second attempt, doubled for each further one
  int redirects = 5;
  std::string user_agent = "hauberk/" HAUBERK_VERSION;
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

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hauberk
