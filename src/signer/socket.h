// Unix stream sockets, as far as signer and client need them.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>

#include "io/dir.h"

namespace hauberk {

// A socket that listens at `path`, which only its owner may connect to (mode 0600), or everybody (0666)
// where the server looks at who it is. What a dead server left there is replaced. conflict: another one is
// running; invalid_input: the path is longer than a socket's may be.
class ListeningSocket {
 public:
  static Result<ListeningSocket> at(const std::string& path, bool for_everybody);
  ListeningSocket(ListeningSocket&&) noexcept = default;
  ListeningSocket& operator=(ListeningSocket&&) = delete;
  // Takes the name away.
  ~ListeningSocket();

  int fd() const { return fd_.get(); }

 private:
  ListeningSocket(FileLock lock, Fd fd, std::string path);

  FileLock lock_;
  Fd fd_;
  std::unique_ptr<std::string> path_;
};

// None: nobody listens there.
Result<std::optional<Fd>> connect_to(const std::string& path);

// Both ends, closed on exec.
Result<std::pair<Fd, Fd>> socket_pair();

// The user at the other end, as of when it connected.
Result<uid_t> peer_of(int fd);

}  // namespace hauberk
