// The process that holds private keys: takes connections, reads requests, answers them.
//
// One thread and one loop: a client that is slow, silent or gone holds nobody else up, and a stop has one
// place where it is seen. Who may ask is decided by the kernel's word on the peer (SO_PEERCRED): the user
// of this process, root, and those that are named.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "io/dir.h"
#include "signer/key_ring.h"

namespace hauberk {

struct ServerOptions {
  std::vector<uid_t> users = {};  // beside our own and root
  std::chrono::milliseconds message_timeout{10'000};  // from the first byte of a message to its last
  std::chrono::milliseconds idle_timeout{3'600'000};  // between messages
  std::size_t most_connections = 64;  // more wait until one is free
  std::function<void(std::string_view line)> log = [](std::string_view) {};  // what was signed, what refused
};

// Serves whoever connects to `listener`, until `stop` can be read. io: the listener broke.
Status serve(const KeyRing& keys, int listener, int stop, const ServerOptions& options);

// Serves the one at the other end of `connection`, until it closes it.
Status serve_one(const KeyRing& keys, Fd connection, const ServerOptions& options);

// Answers the first request with `error`, and is done: what a signer that could not open its keys does.
void refuse(Fd connection, const Error& error, const ServerOptions& options);

// SIGINT and SIGTERM as something to read, for `stop`; until the end of the block they do nothing else.
class StopSignals {
 public:
  StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals();
  int fd() const { return fd_.get(); }

 private:
  sigset_t before_ = {};
  Fd fd_;
};

}  // namespace hauberk
