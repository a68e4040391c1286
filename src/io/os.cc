// The real operating system, behind the table that tests replace.
//
// SPDX-License-Identifier: Apache-2.0
#include "io/os.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace hauberk {
namespace {

class RealOs final : public Os {
 public:
  ssize_t write(int fd, const void* bytes, std::size_t size) override { return ::write(fd, bytes, size); }
  ssize_t read(int fd, void* bytes, std::size_t size) override { return ::read(fd, bytes, size); }
  int fsync(int fd) override { return ::fsync(fd); }

  int renameat(int from_dir, const char* from, int to_dir, const char* to) override {
    return ::renameat(from_dir, from, to_dir, to);
  }

  int openat(int dir, const char* path, int flags, unsigned mode) override {
    open_how how{};
    how.flags = static_cast<unsigned>(flags) | O_CLOEXEC;
    how.mode = (flags & O_CREAT) != 0 ? mode : 0;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS;
    return static_cast<int>(::syscall(SYS_openat2, dir, path, &how, sizeof how));
  }

  int mkdirat(int dir, const char* path, unsigned mode) override { return ::mkdirat(dir, path, mode); }
  int unlinkat(int dir, const char* path, int flags) override { return ::unlinkat(dir, path, flags); }
};

}  // namespace

Os& real_os() {
  static RealOs os;
  return os;
}

std::string os_reason(int error) {
  const std::string reason = std::generic_category().message(error);
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return reason + "; free some space and run it again";
    case EMFILE:
      return reason + "; raise the limit with: ulimit -n 4096";
    case ENOSYS:
      return reason + "; Linux 5.6 or newer is needed";
    default:
      return reason;
  }
}

}  // namespace hauberk
