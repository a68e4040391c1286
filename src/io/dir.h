// A confined directory: files below it by relative path, and never anything outside.
//
// Every path is resolved with openat2(RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS),
// so neither ".." nor a planted link leads out. Writes are durable and atomic: temporary file, fsync,
// rename, fsync of the folder; a reader sees the old file or the new one, also after a crash.
// Thread rule: a Dir may be used from several threads and processes at once; NewFile by one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/os.h"
#include "io/stream.h"

namespace hauberk {

// An open file descriptor, closed at the end.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd();
  int get() const { return fd_; }

 private:
  int fd_ = -1;
};

// Reads a file from its start, without a buffer of its own.
class FileSource final : public ByteSource {
 public:
  FileSource(Os& os, Fd fd, std::string name) : os_(&os), fd_(std::move(fd)), name_(std::move(name)) {}
  Result<std::size_t> read(std::span<std::byte> buffer) override;
  int fd() const { return fd_.get(); }
  Result<std::uint64_t> size_bytes() const;

 private:
  Os* os_;
  Fd fd_;
  std::string name_;
};

// A file mapped for reading; the bytes live as long as the object. For files that nobody cuts short
// meanwhile, as all that were committed: reading past a new end kills the process.
class MappedFile {
 public:
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();
  std::string_view text() const { return {data_, size_}; }
  std::span<const std::byte> bytes() const { return std::as_bytes(std::span(text())); }

 private:
  friend class Dir;
  MappedFile(const char* data, std::size_t size) : data_(data), size_(size) {}
  const char* data_;
  std::size_t size_;
};

class Dir;

// synced: survives a crash. unsynced: as atomic for running readers, but a crash may leave the file empty;
// only for what can be made again and is checked when it is read (cache/).
enum class Durability { synced, unsynced };

// A file that is being written and not yet visible. Destroyed without commit, it leaves nothing; what a
// killed process leaves is never seen by a reader, and Dir::remove_abandoned frees it. Small writes are
// gathered in 128 KiB. After a failure every further call gives the same error.
class NewFile final : public ByteSink {
 public:
  NewFile(NewFile&&) noexcept;
  ~NewFile() override;
  Status write(std::span<const std::byte> bytes) override;

  // Makes the file durable and visible at `path` below the Dir it was made in, replacing what was there
  // (folders on the way are made). Idempotent for content-addressed names: same bytes, same name. After
  // a failure there is what was there before, or (if only the last fsync of the folder failed) the new
  // file. Not to be called twice.
  Status commit(std::string_view path, Durability durability = Durability::synced);

  std::uint64_t size_bytes() const { return size_; }

 private:
  friend class Dir;
  NewFile(Os& os, Fd dir, Fd folder, Fd fd, std::string temporary, std::string name);
  Status flush();
  Status write_out(std::span<const std::byte> bytes);
  Status broken(const char* verb, int error);
  Os* os_;
  Fd dir_;                 // the Dir it was made in
  Fd folder_;              // its "tmp"
  Fd fd_;                  // locked (flock) while it is written: so an abandoned one can be told
  std::string temporary_;  // name in the folder; empty once committed
  std::string name_;       // for messages
  std::unique_ptr<std::byte[]> buffer_;
  std::size_t buffered_ = 0;
  std::uint64_t size_ = 0;
  std::optional<Error> failure_;
};

class Dir {
 public:
  // Opens a directory by any path; `create` makes it and its parents with mode 0700 first.
  static Result<Dir> open(const std::string& path, bool create = false, Os& os = real_os());

  // As given to open, for messages.
  const std::string& path() const { return path_; }

  // A confined directory below this one.
  Result<Dir> subdir(std::string_view path, bool create = false) const;

  // not_found if there is none; io for anything else. Links are refused (invalid_input).
  Result<FileSource> open_file(std::string_view path) const;
  Result<std::string> read_file(std::string_view path, std::uint64_t limit_bytes) const;
  Result<MappedFile> map_file(std::string_view path) const;
  Result<bool> exists(std::string_view path) const;
  Result<std::uint64_t> file_size(std::string_view path) const;
  // When the file or what is known of it was last changed (ctime, which nobody sets), in nanoseconds.
  Result<std::int64_t> change_time_ns(std::string_view path) const;

  // A new file in this directory's "tmp" folder (made if missing), to be filled and committed. It may
  // outlive this Dir.
  Result<NewFile> create_file() const;

  // create_file, write, commit.
  Status write_file(std::string_view path, std::string_view text) const;

  // The same, unsynced.
  Status write_cache_file(std::string_view path, std::string_view text) const;

  // Names of the entries of a folder, sorted; not recursive. An absent folder is an empty list.
  Result<std::vector<std::string>> list(std::string_view path = ".") const;

  Status make_dirs(std::string_view path) const;

  // Removes a file; absent is fine.
  Status remove(std::string_view path) const;
  // Removes a folder (or file) and all below it; absent is fine. Links are removed, not
  // followed. Not atomic: a fault may leave a part of it.
  Status remove_all(std::string_view path) const;

  // Removes the unfinished files that killed processes left; those being written stay.
  Status remove_abandoned() const;

  int fd() const { return fd_.get(); }
  Os& os() const { return *os_; }

 private:
  friend class NewFile;
  Dir(Os& os, Fd fd, std::string path) : os_(&os), fd_(std::move(fd)), path_(std::move(path)) {}
  Os* os_;
  Fd fd_;
  std::string path_;
};

// An advisory lock on a file (flock; made if missing), held until destroyed, by this process or thread
// against all others. Waits at most `timeout_ms`; conflict after.
class FileLock {
 public:
  static Result<FileLock> acquire(const Dir& dir, std::string_view path, bool exclusive, int timeout_ms);

 private:
  explicit FileLock(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

}  // namespace hauberk
