// How another program is started: with what it is given, and nothing else of ours.
//
// posix_spawn, so no code of ours runs between the two. Signals are as a new program expects them: none is
// blocked, each does what is usual. Thread rule: one thread per object.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <spawn.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace hauberk {

class Spawn {
 public:
  Spawn();
  Spawn(const Spawn&) = delete;
  Spawn& operator=(const Spawn&) = delete;
  ~Spawn();

  // The program's descriptors, made in the order of these calls: a `from` may be no `to` of a call before.
  void give(int from, int to);
  void give_nothing(int to);  // /dev/null
  // No descriptor from this one on: the last of them.
  void close_from(int first);

  void stand_in(const std::string& folder);
  void lead_a_group();  // else it is in ours: the terminal's ^C ends both

  // `program` is a path; without an environment it has ours. not_found: there is no such program, or its
  // folder or interpreter is missing; io.
  Result<pid_t> start(const std::string& program, std::vector<std::string> arguments,
                      std::optional<std::vector<std::string>> environment = {}) const;

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

}  // namespace hauberk
