// What a Dir hands out: open files, mapped files, new files and locks.
//
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "io/dir.h"
#include "io/path.h"

namespace hauberk {
namespace {

constexpr std::size_t buffer_bytes = 128 << 10;
constexpr const char* temporary_folder = "tmp";

// A name that nobody else uses; O_EXCL settles the rest.
std::string random_name() {
  std::uint64_t words[2] = {};
  if (::getrandom(words, sizeof words, 0) != sizeof words) {
    words[0] = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  }
  return fmt::format("{:016x}{:016x}", words[0], words[1]);
}

// flock, and whether the file still has a name: remove_abandoned may have taken it for a dead one in the
// moment between its making and its lock.
Result<bool> claim(int fd) {
  while (::flock(fd, LOCK_EX) != 0) {
    if (errno != EINTR) return fail(ErrorKind::io, "cannot lock a new file: {}", os_reason(errno));
  }
  struct stat info {};
  if (::fstat(fd, &info) != 0) return fail(ErrorKind::io, "cannot inspect a new file: {}", os_reason(errno));
  return info.st_nlink > 0;
}

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

Fd::~Fd() {
  const int kept = errno;  // so that a failed call can be reported after its descriptors are closed
  if (fd_ >= 0) ::close(fd_);
  errno = kept;
}

Result<std::size_t> FileSource::read(std::span<std::byte> buffer) {
  for (;;) {
    const ssize_t count = os_->read(fd_.get(), buffer.data(), buffer.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) return fail(ErrorKind::io, "cannot read {}: {}", name_, os_reason(errno));
  }
}

Result<std::uint64_t> FileSource::size_bytes() const {
  struct stat info {};
  if (::fstat(fd_.get(), &info) != 0) {
    return fail(ErrorKind::io, "cannot inspect {}: {}", name_, os_reason(errno));
  }
  return static_cast<std::uint64_t>(info.st_size);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<char*>(data_), size_);
}

Result<NewFile> Dir::create_file() const {
  TRY(Place place, place_of(*os_, fd_.get(), path_, fmt::format("{}/x", temporary_folder), true));
  Fd dir(os_->openat(fd_.get(), ".", O_RDONLY | O_DIRECTORY, 0));
  if (dir.get() < 0) return path_error("open", path_, ".", errno);
  for (;;) {
    std::string name = random_name();
    Fd fd(os_->openat(place.folder.get(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
    if (fd.get() < 0) return path_error("make a new file in", path_, temporary_folder, errno);
    TRY(const bool ours, claim(fd.get()));
    if (!ours) continue;
    return NewFile(*os_, std::move(dir), std::move(place.folder), std::move(fd), std::move(name), path_);
  }
}

Status Dir::remove_abandoned() const {
  TRY(const auto names, list(temporary_folder));
  for (const std::string& name : names) {
    const std::string path = fmt::format("{}/{}", temporary_folder, name);
    const Fd fd(os_->openat(fd_.get(), path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0));
    if (fd.get() < 0 || ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) continue;
    TRY_STATUS(remove(path));
  }
  return {};
}

NewFile::NewFile(Os& os, Fd dir, Fd folder, Fd fd, std::string temporary, std::string name)
    : os_(&os),
      dir_(std::move(dir)),
      folder_(std::move(folder)),
      fd_(std::move(fd)),
      temporary_(std::move(temporary)),
      name_(std::move(name)) {}

NewFile::NewFile(NewFile&& other) noexcept
    : os_(other.os_),
      dir_(std::move(other.dir_)),
      folder_(std::move(other.folder_)),
      fd_(std::move(other.fd_)),
      temporary_(std::exchange(other.temporary_, {})),
      name_(std::move(other.name_)),
      buffer_(std::move(other.buffer_)),
      buffered_(std::exchange(other.buffered_, 0)),
      size_(other.size_),
      failure_(std::move(other.failure_)) {}

NewFile::~NewFile() {
  // Best effort: one that stays is never seen, and remove_abandoned takes it.
  if (!temporary_.empty()) os_->unlinkat(folder_.get(), temporary_.c_str(), 0);
}

Status NewFile::broken(const char* verb, int error) {
  failure_ = Error{ErrorKind::io,
                   fmt::format("cannot {} a new file in {}: {}", verb, name_, os_reason(error))};
  return std::unexpected(*failure_);
}

Status NewFile::write_out(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = os_->write(fd_.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return broken("write", errno);
    if (count == 0) return broken("write", ENOSPC);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

Status NewFile::flush() {
  const std::size_t count = std::exchange(buffered_, 0);
  return write_out({buffer_.get(), count});
}

Status NewFile::write(std::span<const std::byte> bytes) {
  if (failure_) return std::unexpected(*failure_);
  size_ += bytes.size();
  if (buffered_ + bytes.size() > buffer_bytes) TRY_STATUS(flush());
  if (bytes.size() >= buffer_bytes / 2) {
    TRY_STATUS(flush());
    return write_out(bytes);
  }
  if (!buffer_) buffer_ = std::make_unique_for_overwrite<std::byte[]>(buffer_bytes);
  if (!bytes.empty()) std::memcpy(buffer_.get() + buffered_, bytes.data(), bytes.size());
  buffered_ += bytes.size();
  return {};
}

Status NewFile::commit(std::string_view path, Durability durability) {
  if (failure_) return std::unexpected(*failure_);
  TRY_STATUS(flush());
  // After a failed fsync the kernel may have dropped the pages: a second try would prove nothing.
  const bool synced = durability == Durability::synced;
  if (synced && os_->fsync(fd_.get()) != 0) return broken("sync", errno);
  TRY(const Place place, place_of(*os_, dir_.get(), name_, path, true));
  if (os_->renameat(folder_.get(), temporary_.c_str(), place.folder.get(), place.name.c_str()) != 0) {
    return broken("rename", errno);
  }
  temporary_.clear();
  if (synced && os_->fsync(place.folder.get()) != 0) return broken("sync the folder of", errno);
  return {};
}

Result<FileLock> FileLock::acquire(const Dir& dir, std::string_view path, bool exclusive, int timeout_ms) {
  TRY(const Place place, place_of(dir.os(), dir.fd(), dir.path(), path, true));
  constexpr int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK;
  Fd fd(dir.os().openat(place.folder.get(), place.name.c_str(), flags, 0600));
  if (fd.get() < 0) return path_error("lock", dir.path(), path, errno);
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  while (::flock(fd.get(), (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return path_error("lock", dir.path(), path, errno);
    if (std::chrono::steady_clock::now() >= end) {
      return fail(ErrorKind::conflict,
                  "cannot lock {}/{}: another hauberk is using it; wait until it has ended", dir.path(),
                  path);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return FileLock(std::move(fd));
}

}  // namespace hauberk
