// SPDX-License-Identifier: Apache-2.0
#include "io/spool_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace hauberk {
namespace {

std::unexpected<Error> spool_error(std::string_view verb, int error) {
  return fail(ErrorKind::io, "cannot {} a temporary file: {}", verb, os_reason(error));
}

// For file systems that make no files without a name.
Fd unlinked_file(const std::string& folder) {
  std::string name = folder + "/hauberk-XXXXXX";
  Fd fd(::mkostemp(name.data(), O_CLOEXEC));
  if (fd.get() >= 0) ::unlink(name.c_str());
  return fd;
}

}  // namespace

Result<SpoolFile> SpoolFile::create(Os& os) {
  std::error_code error;
  const std::string folder = std::filesystem::temp_directory_path(error).string();
  if (error) return fail(ErrorKind::io, "cannot find the folder for temporary files: {}", error.message());
  Fd fd(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (fd.get() < 0) fd = unlinked_file(folder);
  if (fd.get() < 0) return spool_error("make", errno);
  return SpoolFile(os, std::move(fd));
}

SpoolFile::SpoolFile(SpoolFile&& other) noexcept
    : os_(other.os_),
      fd_(std::move(other.fd_)),
      size_(std::exchange(other.size_, 0)),
      mapped_(std::exchange(other.mapped_, nullptr)),
      mapped_bytes_(std::exchange(other.mapped_bytes_, 0)) {}

SpoolFile::~SpoolFile() { unmap(); }

void SpoolFile::unmap() {
  if (mapped_ != nullptr) ::munmap(mapped_, mapped_bytes_);
  mapped_ = nullptr;
}

Status SpoolFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = os_->write(fd_.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return spool_error("write", count == 0 ? ENOSPC : errno);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    size_ += static_cast<std::uint64_t>(count);
  }
  return {};
}

Result<std::span<const std::byte>> SpoolFile::bytes() {
  unmap();
  if (size_ == 0) return std::span<const std::byte>();
  void* const data = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd_.get(), 0);
  if (data == MAP_FAILED) return spool_error("map", errno);
  mapped_ = data;
  mapped_bytes_ = size_;
  return std::span(static_cast<const std::byte*>(data), size_);
}

Status SpoolFile::clear() {
  unmap();
  if (::ftruncate(fd_.get(), 0) != 0 || ::lseek(fd_.get(), 0, SEEK_SET) != 0) {
    return spool_error("empty", errno);
  }
  size_ = 0;
  return {};
}

}  // namespace hauberk
