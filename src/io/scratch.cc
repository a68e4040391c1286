// SPDX-License-Identifier: Apache-2.0
#include "io/scratch.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace hauberk {
namespace {

constexpr const char* folder = "tmp";

std::unexpected<Error> cannot(std::string_view verb, const Dir& dir, int error) {
  return fail(ErrorKind::io, "cannot {} a scratch file in {}/{}: {}", verb, dir.path(), folder,
              os_reason(error));
}

// For file systems that make no files without a name.
Fd unlinked_file(const Dir& dir) {
  for (int number = 0; number < 1000; ++number) {
    const std::string name = fmt::format("{}/scratch-{}-{}", folder, ::getpid(), number);
    Fd file(dir.os().openat(dir.fd(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
    if (file.get() >= 0) dir.os().unlinkat(dir.fd(), name.c_str(), 0);
    if (file.get() >= 0 || errno != EEXIST) return file;
  }
  return {};
}

Result<Fd> nameless_file(const Dir& dir) {
  TRY_STATUS(dir.make_dirs(folder));
  Fd file(dir.os().openat(dir.fd(), folder, O_TMPFILE | O_RDWR, 0600));
  if (file.get() < 0) file = unlinked_file(dir);
  if (file.get() < 0) return cannot("make", dir, errno);
  return file;
}

}  // namespace

Status Scratch::append(std::string_view bytes) {
  if (dir_ != nullptr && tail_.size() + bytes.size() > memory_bytes_) TRY_STATUS(flush());
  tail_ += bytes;
  return {};
}

Status Scratch::flush() {
  if (!file_) {
    TRY(file_, nameless_file(*dir_));
  }
  for (std::string_view rest = tail_; !rest.empty();) {
    const ssize_t count = dir_->os().write(file_->get(), rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return cannot("write", *dir_, count == 0 ? ENOSPC : errno);
    rest.remove_prefix(static_cast<std::size_t>(count));
    in_file_ += static_cast<std::uint64_t>(count);
  }
  tail_.clear();
  return {};
}

Status Scratch::read(std::uint64_t offset, std::size_t size, std::string& into) const {
  while (size > 0 && offset < in_file_) {
    const std::size_t begin = into.size();
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(size, in_file_ - offset));
    into.resize(begin + part);
    const ssize_t count = ::pread(file_->get(), into.data() + begin, part, static_cast<off_t>(offset));
    into.resize(begin + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return cannot("read", *dir_, count == 0 ? EIO : errno);
    offset += static_cast<std::uint64_t>(count);
    size -= static_cast<std::size_t>(count);
  }
  if (size > 0) into.append(tail_, static_cast<std::size_t>(offset - in_file_), size);
  return {};
}

}  // namespace hauberk
