// The operating system calls that write, as one table: the edge where tests inject faults.
//
// Everything in the program that changes the file system does so through an Os (by way of Dir), so a
// test that fails the n-th write, fsync or rename covers every stage. Thread rule: all methods may be
// called from any thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>

namespace hauberk {

class Os {
 public:
  virtual ~Os() = default;
  // As the system calls of the same name: -1 and errno on failure.
  virtual ssize_t write(int fd, const void* bytes, std::size_t size) = 0;
  virtual ssize_t read(int fd, void* bytes, std::size_t size) = 0;
  virtual int fsync(int fd) = 0;
  virtual int renameat(int from_dir, const char* from, int to_dir, const char* to) = 0;
  // Confined: openat2 with RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS and RESOLVE_NO_MAGICLINKS, and O_CLOEXEC.
  virtual int openat(int dir, const char* path, int flags, unsigned mode) = 0;
  virtual int mkdirat(int dir, const char* path, unsigned mode) = 0;
  virtual int unlinkat(int dir, const char* path, int flags) = 0;
};

// The real one. It has no state, so one instance serves everyone.
Os& real_os();

// What an errno means, for the end of a message; with the way out where there is one.
std::string os_reason(int error);

}  // namespace hauberk
