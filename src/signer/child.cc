// SPDX-License-Identifier: Apache-2.0
#include "signer/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "io/spawn.h"
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
  // In our group, so that the terminal may be read there, and a ^C ends both.
  Spawn spawn;
  spawn.give_nothing(0);
  spawn.give_nothing(1);
  spawn.give(theirs.get(), socket_fd);
  if (options.passphrase_fd) spawn.give(passphrase.get(), passphrase_fd);
  spawn.close_from(options.passphrase_fd ? passphrase_fd + 1 : socket_fd + 1);
  const auto pid = spawn.start(options.program, arguments_for(store, options));
  if (!pid) return wrap(pid.error(), "cannot start a signer");
  return std::pair(SignerProcess(*pid), std::move(ends.first));
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
