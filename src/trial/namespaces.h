// A process apart: first of its own process, mount and network namespaces, and root in them.
//
// Whatever happens, nothing that runs in there outlives it: when its first process ends, by itself or because
// we were killed, the kernel ends all the others and takes the mounts away. An ordinary user becomes root in
// a user namespace with the sub-uids of /etc/subuid, set up by newuidmap. docs/decisions/0015-oci-runtime.md.
// Spec: Linux namespaces(7), user_namespaces(7), subuid(5). Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "io/dir.h"

namespace hauberk {

struct SubIds {
  std::uint32_t start = 0;
  std::uint32_t count = 0;
  friend bool operator==(const SubIds&, const SubIds&) = default;
};

// The largest range that a text like /etc/subuid gives to the user, by name or number.
std::optional<SubIds> find_sub_ids(std::string_view text, std::string_view name, std::uint32_t uid);

// Who we are, and which ids we may give out.
struct Identity {
  bool root = false;
  std::uint32_t uid = 0, gid = 0;
  SubIds uids, gids;  // of an ordinary user
};

// unsupported: an ordinary user without sub-uids or without newuidmap, with the commands that help.
Result<Identity> identity_of_this_user();

// While it lives, SIGINT, SIGTERM and SIGHUP wait; they take effect at its end, so that what was begun is put
// away first. Signals that are ignored stay ignored.
class SignalHold {
 public:
  SignalHold();
  SignalHold(const SignalHold&) = delete;
  SignalHold& operator=(const SignalHold&) = delete;
  ~SignalHold();

  int fd() const { return fd_.get(); }  // readable when one waits
  const sigset_t& former_mask() const { return former_; }
  std::optional<int> take();  // the signal that came

 private:
  Fd fd_;
  sigset_t held_{};
  sigset_t former_{};
  std::optional<int> came_;
};

// Sends one line to the process that started this one.
using SendLine = std::function<void(std::string_view line)>;

// Runs `body` as such a process and hands its lines to `on_line` as they come, until it ends. io: it was
// interrupted by a signal that `hold` keeps; unsupported: this machine does not let us make the namespaces.
// `body` must not throw; what it changes in memory stays in its process.
Status run_in_namespaces(const Identity& identity, SignalHold& hold,
                         const std::function<void(const SendLine&)>& body, const SendLine& on_line);

// For the body: a network namespace of its own with the loopback up, for the calling thread. The path names
// it for as long as the thread keeps it.
Result<std::string> fresh_network();

}  // namespace hauberk
