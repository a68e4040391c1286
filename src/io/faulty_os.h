// An operating system that fails at the n-th call: for tests alone.
//
// Writes, fsyncs, renames, opens, folders made and names removed are counted together, so that "for every
// n" goes through each place where something can go wrong. An fsync that succeeds does not reach the disk:
// what is tested is its place among the calls. Thread rule: any thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <mutex>
#include <string>

#include "io/os.h"

namespace hauberk {

class FaultyOs final : public Os {
 public:
  // What becomes of the call that fails.
  enum class Fault {
    error,        // it fails and does nothing
    short_write,  // a write takes half its bytes, and the next call fails; other calls: as error
    late_error,   // it does its work and then says that it failed (writes excepted: as error)
    stop,         // it and every later call fail: what is left behind is what a killed process leaves
  };

  // Fails the call number `nth`, from 0; -1 fails none.
  explicit FaultyOs(long nth, Fault fault = Fault::error, int error = EIO)
      : nth_(nth), fault_(fault), error_(error) {}

  // How many calls there were.
  long calls() const { return static_cast<long>(trace().size()); }

  // One letter for each: open, read, write, sync, name (rename), mkdir, unlink.
  std::string trace() const {
    const std::lock_guard lock(mutex_);
    return trace_;
  }

  ssize_t write(int fd, const void* bytes, std::size_t size) override {
    const Verdict verdict = judge('w');
    if (verdict == Verdict::pass) return real_os().write(fd, bytes, size);
    if (fault_ == Fault::short_write && verdict == Verdict::first && size > 1) {
      return real_os().write(fd, bytes, size / 2);
    }
    return failed();
  }
  ssize_t read(int fd, void* bytes, std::size_t size) override {
    return judge('r') == Verdict::pass ? real_os().read(fd, bytes, size) : failed();
  }
  int fsync(int) override {
    return call('s', [] { return 0; });
  }
  int renameat(int from_dir, const char* from, int to_dir, const char* to) override {
    return call('n', [&] { return real_os().renameat(from_dir, from, to_dir, to); });
  }
  int openat(int dir, const char* path, int flags, unsigned mode) override {
    return judge('o') == Verdict::pass ? real_os().openat(dir, path, flags, mode) : failed();
  }
  int mkdirat(int dir, const char* path, unsigned mode) override {
    return call('m', [&] { return real_os().mkdirat(dir, path, mode); });
  }
  int unlinkat(int dir, const char* path, int flags) override {
    return call('u', [&] { return real_os().unlinkat(dir, path, flags); });
  }

 private:
  enum class Verdict { pass, first, later };

  Verdict judge(char letter) {
    const std::lock_guard lock(mutex_);
    const long number = static_cast<long>(trace_.size());
    trace_ += letter;
    if (nth_ < 0 || number < nth_) return Verdict::pass;
    if (number == nth_) return Verdict::first;
    if (fault_ == Fault::stop || (fault_ == Fault::short_write && number == nth_ + 1)) return Verdict::later;
    return Verdict::pass;
  }

  template <class Call>
  int call(char letter, Call real) {
    const Verdict verdict = judge(letter);
    if (verdict == Verdict::pass) return real();
    if (fault_ == Fault::late_error && verdict == Verdict::first) real();
    return failed();
  }

  int failed() const {
    errno = error_;
    return -1;
  }

  const long nth_;
  const Fault fault_;
  const int error_;
  mutable std::mutex mutex_;
  std::string trace_;
};

}  // namespace hauberk
