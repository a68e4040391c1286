// SPDX-License-Identifier: Apache-2.0
#include "signer/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "signer/socket.h"

namespace hauberk {
namespace {

constexpr int socket_fd = 3, passphrase_fd = 4;  // in the new process
constexpr int patience_ms = 2000;

// Above those, so that they can be put in their places one after the other.
Fd moved_up(int fd) { return Fd(::fcntl(fd, F_DUPFD_CLOEXEC, passphrase_fd + 1)); }

std::unexpected<Error> cannot_start(int error) {
  return fail(ErrorKind::io, "cannot start a signer: {}", os_reason(error));
}

std::vector<std::string> arguments_for(const Store& store, const SignerOptions& options) {
  std::vector<std::string> arguments = {"hauberk", "--home", store.path(),
                                        "signer",  "--fd",   std::to_string(socket_fd)};
  for (const NeededKey& key : options.keys) {
    arguments.push_back("--key");
    arguments.push_back(key.file.empty() ? std::string(name_of(key.name))
                                         : fmt::format("{}={}", name_of(key.name), key.file));
  }
  if (options.passphrase_fd) {
    arguments.push_back("--passphrase-fd");
    arguments.push_back(std::to_string(passphrase_fd));
  }
  return arguments;
}

// The file actions of one spawn, freed at the end. Signals are as a new program expects them; the group is
// ours, so the terminal may be read, and a ^C ends both.
class Actions {
 public:
  Actions() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
  ~Actions() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  void give(int from, int to) { posix_spawn_file_actions_adddup2(&actions_, from, to); }
  void give_nothing(int to) { posix_spawn_file_actions_addopen(&actions_, to, "/dev/null", O_RDWR, 0); }
  void close_from(int first) { posix_spawn_file_actions_addclosefrom_np(&actions_, first); }

  Result<pid_t> start(const std::string& program, std::vector<std::string> arguments) const {
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    pid_t pid = 0;
    const int error = posix_spawn(&pid, program.c_str(), &actions_, &attributes_, pointers.data(), environ);
    if (error != 0) return cannot_start(error);
    return pid;
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

}  // namespace

Result<std::pair<SignerProcess, Fd>> SignerProcess::start(const Store& store, const SignerOptions& options) {
  TRY(auto ends, socket_pair());
  const Fd theirs = moved_up(ends.second.get());
  const Fd passphrase = options.passphrase_fd ? moved_up(*options.passphrase_fd) : Fd();
  if (theirs.get() < 0) return cannot_start(errno);
  if (options.passphrase_fd && passphrase.get() < 0) {
    return fail(ErrorKind::io, "cannot read the passphrase from file descriptor {}: {}",
                *options.passphrase_fd, os_reason(errno));
  }
  Actions actions;
  actions.give_nothing(0);
  actions.give_nothing(1);
  actions.give(theirs.get(), socket_fd);
  if (options.passphrase_fd) actions.give(passphrase.get(), passphrase_fd);
  actions.close_from(options.passphrase_fd ? passphrase_fd + 1 : socket_fd + 1);
  TRY(const pid_t pid, actions.start(options.program, arguments_for(store, options)));
  return std::pair(SignerProcess(pid), std::move(ends.first));
}

// It ends by itself once nobody is at the other end of its socket. One that waits for a passphrase instead
// gets a signal, by which it gives the terminal back as it was.
SignerProcess::~SignerProcess() {
  if (pid_ <= 0) return;
  const Fd handle(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  pollfd watched{handle.get(), POLLIN, 0};
  if (handle.get() < 0 || ::poll(&watched, 1, patience_ms) != 1) ::kill(pid_, SIGTERM);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {}
}

}  // namespace hauberk
