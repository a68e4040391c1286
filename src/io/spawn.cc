// SPDX-License-Identifier: Apache-2.0
#include "io/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>

#include "io/os.h"

namespace hauberk {
namespace {

std::vector<char*> pointers_to(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Spawn::Spawn() {
  posix_spawn_file_actions_init(&actions_);
  posix_spawnattr_init(&attributes_);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes_, &none);
  posix_spawnattr_setsigdefault(&attributes_, &all);
  posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

Spawn::~Spawn() {
  posix_spawn_file_actions_destroy(&actions_);
  posix_spawnattr_destroy(&attributes_);
}

void Spawn::give(int from, int to) { posix_spawn_file_actions_adddup2(&actions_, from, to); }

void Spawn::give_nothing(int to) { posix_spawn_file_actions_addopen(&actions_, to, "/dev/null", O_RDWR, 0); }

void Spawn::close_from(int first) { posix_spawn_file_actions_addclosefrom_np(&actions_, first); }

void Spawn::stand_in(const std::string& folder) {
  posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
}

void Spawn::lead_a_group() {
  posix_spawnattr_setpgroup(&attributes_, 0);
  posix_spawnattr_setflags(&attributes_,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
}

Result<pid_t> Spawn::start(const std::string& program, std::vector<std::string> arguments,
                           std::optional<std::vector<std::string>> environment) const {
  std::vector<char*> variables;
  if (environment) variables = pointers_to(*environment);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, program.c_str(), &actions_, &attributes_, pointers_to(arguments).data(),
                                environment ? variables.data() : environ);
  if (error == ENOENT) {
    return fail(ErrorKind::not_found,
                "cannot run {}: there is no such program, or its folder or interpreter is missing", program);
  }
  if (error != 0) return fail(ErrorKind::io, "cannot run {}: {}", program, os_reason(error));
  return pid;
}

}  // namespace hauberk
