// The prober: asks a program over HTTP or TCP, from the same network namespace, and judges the answer.
//
// Specs: RFC 9112 (HTTP/1.1), as much of it as one request with "Connection: close" needs. What answers is
// the program under test, which may send anything. Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "trial/command.h"
#include "trial/process.h"

namespace hauberk {

struct ProbeTarget {
  std::uint16_t port = 0;              // on 127.0.0.1, else ::1
  Deadline deadline;
  std::function<bool()> still_there;   // false: the program has ended, so waiting is in vain
};

// Waits until the port takes connections, asks as often as the command says, and judges each answer. Only
// connecting is tried again: an answer counts the first time. The error is one sentence for the report;
// limit_exceeded: the time was over.
Status probe(const HttpCommand& command, const ProbeTarget& target);
Status probe(const TcpCommand& command, const ProbeTarget& target);

struct HttpAnswer {
  int status = 0;
  std::string body;  // chunks put together
};

// Reads a whole answer as it came; `method` HEAD has no body. invalid_input: no HTTP/1 answer, or one that
// is shorter than it says.
Result<HttpAnswer> parse_http_answer(std::string_view text, std::string_view method);

}  // namespace hauberk
