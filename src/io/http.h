// The one HTTP client, and the rules for what may leave this machine.
//
// Only http and https. Private, loopback and link-local addresses only if EgressRules allow them;
// the address is checked when the connection is made (so a DNS answer cannot change in between) and
// again at each redirect. Credentials in a URL go to that host alone. Thread rule: a Client may be used
// from several threads; each get() uses its own connection from the pool.
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
  std::vector<std::string> allow_private_hosts;  // exact host names for which private addresses are fine
};

struct HttpOptions {
  EgressRules egress;
  int attempts = 3;                                // for errors that may pass: connection, 5xx, 429
  std::chrono::milliseconds connect_timeout{15'000};
  std::chrono::milliseconds stall_timeout{30'000};  // fewer than 1,000 bytes/s for this long is an error
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
  // verification_failed: an address that the egress rules refuse.
  Status get(const std::string& url, ByteSink& sink, std::uint64_t limit_bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hauberk
