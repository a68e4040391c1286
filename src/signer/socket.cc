// SPDX-License-Identifier: Apache-2.0
#include "signer/socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "io/named_file.h"

namespace hauberk {
namespace {

constexpr int backlog = 16;

std::unexpected<Error> cannot_listen(const std::string& path, int error) {
  return fail(ErrorKind::io, "cannot listen at {}: {}", path, os_reason(error));
}

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return fail(
        ErrorKind::invalid_input,
        "cannot use {} as a socket: its name has {} bytes, and {} are the most; name a shorter one with "
        "--socket, and in HAUBERK_SIGNER",
        path, path.size(), sizeof address.sun_path - 1);
  }
  std::ranges::copy(path, address.sun_path);
  return address;
}

Fd make_socket() { return Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

const sockaddr* generic(const sockaddr_un& address) { return reinterpret_cast<const sockaddr*>(&address); }

// The mode is right from the first moment.
int bind_with_mode(int fd, const sockaddr_un& address, mode_t mode) {
  const mode_t before = ::umask(static_cast<mode_t>(~mode & 0777));
  const int result = ::bind(fd, generic(address), sizeof address);
  ::umask(before);
  return result;
}

Result<FileLock> lock_beside(const std::string& path) {
  TRY(const FilePlace place, place_of_file(path));
  TRY(const Dir folder, Dir::open(place.folder));
  auto lock = FileLock::acquire(folder, place.name + ".lock", true, 0);
  if (!lock && lock.error().kind == ErrorKind::conflict) {
    return fail(ErrorKind::conflict, "cannot listen at {}: another signer does", path);
  }
  return lock;
}

}  // namespace

ListeningSocket::ListeningSocket(FileLock lock, Fd fd, std::string path)
    : lock_(std::move(lock)), fd_(std::move(fd)), path_(std::make_unique<std::string>(std::move(path))) {}

// Whoever holds the lock knows that nobody listens: what has the name is left over. Only a socket is taken
// away.
Result<ListeningSocket> ListeningSocket::at(const std::string& path, bool for_everybody) {
  TRY(const sockaddr_un address, address_of(path));
  TRY(FileLock lock, lock_beside(path));
  struct stat info{};
  if (::lstat(path.c_str(), &info) == 0 && S_ISSOCK(info.st_mode)) ::unlink(path.c_str());
  Fd fd = make_socket();
  if (fd.get() < 0 || bind_with_mode(fd.get(), address, for_everybody ? 0666 : 0600) != 0 ||
      ::listen(fd.get(), backlog) != 0) {
    return cannot_listen(path, errno);
  }
  return ListeningSocket(std::move(lock), std::move(fd), path);
}

ListeningSocket::~ListeningSocket() {
  if (path_) ::unlink(path_->c_str());
}

Result<std::optional<Fd>> connect_to(const std::string& path) {
  TRY(const sockaddr_un address, address_of(path));
  Fd fd = make_socket();
  if (fd.get() >= 0 && ::connect(fd.get(), generic(address), sizeof address) == 0) return fd;
  if (errno == ENOENT || errno == ECONNREFUSED) return std::nullopt;
  return fail(ErrorKind::io, "cannot reach the signer at {}: {}", path, os_reason(errno));
}

Result<std::pair<Fd, Fd>> socket_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return fail(ErrorKind::io, "cannot make a pair of sockets: {}", os_reason(errno));
  }
  return std::pair(Fd(ends[0]), Fd(ends[1]));
}

Result<uid_t> peer_of(int fd) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
    return fail(ErrorKind::io, "cannot see who asks: {}", os_reason(errno));
  }
  return credentials.uid;
}

}  // namespace hauberk
