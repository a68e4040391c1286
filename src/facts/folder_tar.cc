// SPDX-License-Identifier: Apache-2.0
#include "facts/folder_tar.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "facts/root_path.h"
#include "tar/writer.h"

namespace hauberk {
namespace {

constexpr std::size_t depth_limit = 200;
constexpr std::size_t block_bytes = 512;
constexpr int open_folder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;

Result<std::vector<std::string>> names_in(int folder) {
  const int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(copy < 0 ? nullptr : ::fdopendir(copy), ::closedir);
  if (!dir) return fail(ErrorKind::io, "{}", os_reason(errno));
  std::vector<std::string> names;
  for (errno = 0; const dirent* entry = ::readdir(dir.get()); errno = 0) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return fail(ErrorKind::io, "{}", os_reason(errno));
  std::ranges::sort(names);
  return names;
}

// The attributes of an open file; none where the file system has none.
std::map<std::string, std::string> xattrs_of(int fd) {
  constexpr std::size_t most_bytes = 64 << 10;  // Linux's own limit, of names and of a value
  std::map<std::string, std::string> xattrs;
  std::string names(most_bytes, '\0');
  const ssize_t size = ::flistxattr(fd, names.data(), names.size());
  if (size <= 0) return xattrs;
  for (const char* name = names.data(); name < names.data() + size; name += std::strlen(name) + 1) {
    std::string value(most_bytes, '\0');
    const ssize_t length = ::fgetxattr(fd, name, value.data(), value.size());
    if (length < 0) continue;
    value.resize(static_cast<std::size_t>(length));
    xattrs.emplace(name, std::move(value));
  }
  return xattrs;
}

TarEntry entry_of(std::string path, const struct stat& info) {
  TarEntry entry;
  entry.path = std::move(path);
  entry.mode = info.st_mode & 07777U;
  entry.uid = info.st_uid;
  entry.gid = info.st_gid;
  entry.mtime_seconds = info.st_mtim.tv_sec;
  return entry;
}

}  // namespace

Result<std::unique_ptr<ByteSource>> FolderTar::open(const Dir& root) {
  struct stat info{};
  if (::fstat(root.fd(), &info) != 0) {
    return fail(ErrorKind::io, "cannot inspect {}: {}", root.path(), os_reason(errno));
  }
  std::unique_ptr<FolderTar> tar(new FolderTar(root.os(), root.path(), info.st_dev));
  Fd fd(root.os().openat(root.fd(), ".", open_folder, 0));
  if (fd.get() < 0) return tar->failed("open", "");
  TarEntry entry = entry_of("", info);
  entry.type = TarEntry::Type::directory;
  TRY_STATUS(tar->add_header(entry));
  TRY_STATUS(tar->enter(std::move(fd), ""));
  return tar;
}

std::unexpected<Error> FolderTar::failed(std::string_view verb, std::string_view path) const {
  const int error = errno;
  return fail(ErrorKind::io, "cannot {} {}/{}: {}{}", verb, name_, path, os_reason(error),
              error == EACCES || error == EPERM ? " (run as root to read everything)" : "");
}

Result<std::size_t> FolderTar::read(std::span<std::byte> buffer) {
  if (failure_) return std::unexpected(*failure_);
  auto count = produce(buffer);
  if (!count) failure_ = count.error();
  return count;
}

Result<std::size_t> FolderTar::produce(std::span<std::byte> buffer) {
  for (;;) {
    if (given_ < pending_.size()) {
      const std::size_t count = std::min(buffer.size(), pending_.size() - given_);
      std::memcpy(buffer.data(), pending_.data() + given_, count);
      given_ += count;
      return count;
    }
    if (content_rest_ > 0) return read_content(buffer);
    pending_.assign(std::exchange(padding_, 0), '\0');
    given_ = 0;
    if (!pending_.empty()) continue;
    if (ended_) return std::size_t{0};
    TRY_STATUS(advance());
  }
}

Result<std::size_t> FolderTar::read_content(std::span<std::byte> buffer) {
  const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(content_rest_, buffer.size()));
  const ssize_t count = TEMP_FAILURE_RETRY(os_.read(content_.get(), buffer.data(), want));
  if (count < 0) return failed("read", content_path_);
  if (count == 0) {
    return fail(ErrorKind::conflict, "cannot read {}/{}: it became shorter meanwhile; stop what writes there",
                name_, content_path_);
  }
  content_rest_ -= static_cast<std::uint64_t>(count);
  return static_cast<std::size_t>(count);
}

// The next header, or the end.
Status FolderTar::advance() {
  while (!levels_.empty() && levels_.back().next == levels_.back().names.size()) levels_.pop_back();
  if (levels_.empty()) {
    pending_.assign(2 * block_bytes, '\0');
    ended_ = true;
    return {};
  }
  Level& level = levels_.back();
  const std::string name = level.names[level.next++];
  return visit(level, name);
}

Status FolderTar::visit(const Level& level, const std::string& name) {
  const std::string path = join_path(level.path, name);
  struct stat info{};
  if (::fstatat(level.fd.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return {};  // gone meanwhile
    return failed("inspect", path);
  }
  TarEntry entry = entry_of(path, info);
  switch (info.st_mode & S_IFMT) {
    case S_IFREG: return add_file(level, name, info, std::move(entry));
    case S_IFLNK: {
      std::string target(4096, '\0');
      const ssize_t size = ::readlinkat(level.fd.get(), name.c_str(), target.data(), target.size());
      if (size < 0) return failed("read the link", path);
      entry.type = TarEntry::Type::symlink;
      entry.link_target = target.substr(0, static_cast<std::size_t>(size));
      return add_header(entry);
    }
    case S_IFDIR: {
      entry.type = TarEntry::Type::directory;
      TRY_STATUS(add_header(entry));
      if (info.st_dev != device_) return {};
      Fd fd(os_.openat(level.fd.get(), name.c_str(), open_folder, 0));
      if (fd.get() < 0) return failed("open", path);
      return enter(std::move(fd), path);
    }
    case S_IFCHR:
    case S_IFBLK:
      entry.type = S_ISCHR(info.st_mode) ? TarEntry::Type::character_device : TarEntry::Type::block_device;
      entry.device_major = major(info.st_rdev);
      entry.device_minor = minor(info.st_rdev);
      return add_header(entry);
    case S_IFIFO: entry.type = TarEntry::Type::fifo; return add_header(entry);
    default: return {};
  }
}

Status FolderTar::enter(Fd fd, std::string path) {
  if (levels_.size() == depth_limit) {
    return fail(ErrorKind::limit_exceeded, "cannot read {}/{}: folders more than {} deep", name_, path,
                depth_limit);
  }
  auto names = names_in(fd.get());
  if (!names) return wrap(std::move(names).error(), fmt::format("cannot list {}/{}", name_, path));
  levels_.push_back({std::move(fd), std::move(path), *std::move(names), 0});
  return {};
}

Status FolderTar::add_file(const Level& level, const std::string& name, const struct stat& info,
                           TarEntry entry) {
  if (info.st_nlink > 1) {
    const auto [at, is_new] = linked_.try_emplace({info.st_dev, info.st_ino}, entry.path);
    if (!is_new) {
      entry.type = TarEntry::Type::hard_link;
      entry.link_target = at->second;
      return add_header(entry);
    }
  }
  // Not blocking: what was a file may be a named pipe by now.
  Fd fd(os_.openat(level.fd.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0));
  if (fd.get() < 0) return failed("open", entry.path);
  struct stat now{};
  if (::fstat(fd.get(), &now) != 0) return failed("inspect", entry.path);
  if (!S_ISREG(now.st_mode)) {
    return fail(ErrorKind::conflict, "cannot read {}/{}: it is no longer a file; stop what writes there",
                name_, entry.path);
  }
  entry.size_bytes = static_cast<std::uint64_t>(now.st_size);
  entry.xattrs = xattrs_of(fd.get());
  TRY_STATUS(add_header(entry));
  content_ = std::move(fd);
  content_path_ = entry.path;
  content_rest_ = entry.size_bytes;
  padding_ = (block_bytes - entry.size_bytes % block_bytes) % block_bytes;
  return {};
}

Status FolderTar::add_header(const TarEntry& entry) {
  MemorySink header;
  TarWriter writer(header);
  TRY_STATUS(writer.add(entry));
  pending_.append(header.text());
  return {};
}

}  // namespace hauberk
