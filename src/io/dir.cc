// The confined directory.
//
// SPDX-License-Identifier: Apache-2.0
#include "io/dir.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "io/path.h"

namespace hauberk {
namespace {

constexpr int open_folder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
constexpr int depth_limit = 200;  // of folders that are removed; each keeps a descriptor open

// Makes the directory and its parents, as far as they are missing.
Status make_ambient(Os& os, const std::string& path) {
  for (std::size_t end = 1; end <= path.size(); ++end) {
    if (end < path.size() && path[end] != '/') continue;
    const std::string part = path.substr(0, end);
    struct stat info{};
    if (::stat(part.c_str(), &info) == 0) continue;
    if (os.mkdirat(AT_FDCWD, part.c_str(), 0700) != 0 && errno != EEXIST) {
      return fail(ErrorKind::io, "cannot make the folder {}: {}", part, os_reason(errno));
    }
  }
  return {};
}

// Names in an open folder, sorted, without "." and "..".
Result<std::vector<std::string>> names_in(Fd folder) {
  const int raw = ::fcntl(folder.get(), F_DUPFD_CLOEXEC, 0);
  DIR* const stream = raw < 0 ? nullptr : ::fdopendir(raw);
  if (stream == nullptr) return fail(ErrorKind::io, "{}", os_reason(errno));
  const std::unique_ptr<DIR, int (*)(DIR*)> closer(stream, ::closedir);
  std::vector<std::string> names;
  for (errno = 0; const dirent* entry = ::readdir(stream); errno = 0) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return fail(ErrorKind::io, "{}", os_reason(errno));
  std::ranges::sort(names);
  return names;
}

// Removes `name` in `folder` and what is below; the message is only the reason.
Status remove_tree(Os& os, int folder, const std::string& name, int depth) {
  if (os.unlinkat(folder, name.c_str(), 0) == 0 || errno == ENOENT) return {};
  if (errno != EISDIR && errno != EPERM) return fail(ErrorKind::io, "{}", os_reason(errno));
  if (depth == 0) return fail(ErrorKind::limit_exceeded, "more than {} folders deep", depth_limit);
  Fd below(os.openat(folder, name.c_str(), open_folder, 0));
  if (below.get() < 0) return fail(ErrorKind::io, "{}", os_reason(errno));
  TRY(Fd listed, [&]() -> Result<Fd> {
    Fd fd(os.openat(below.get(), ".", open_folder, 0));
    if (fd.get() < 0) return fail(ErrorKind::io, "{}", os_reason(errno));
    return fd;
  }());
  TRY(const auto names, names_in(std::move(listed)));
  for (const std::string& entry : names) TRY_STATUS(remove_tree(os, below.get(), entry, depth - 1));
  if (os.unlinkat(folder, name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) {
    return fail(ErrorKind::io, "{}", os_reason(errno));
  }
  return {};
}

}  // namespace

Result<Dir> Dir::open(const std::string& path, bool create, Os& os) {
  if (create) TRY_STATUS(make_ambient(os, path));
  Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0) {
    const ErrorKind kind = errno == ENOENT || errno == ENOTDIR ? ErrorKind::not_found : ErrorKind::io;
    return fail(kind, "cannot open the folder {}: {}", path, os_reason(errno));
  }
  return Dir(os, std::move(fd), path);
}

Result<Dir> Dir::subdir(std::string_view path, bool create) const {
  TRY(const std::string checked, checked_path(path));
  if (create) TRY_STATUS(make_dirs(checked));
  Fd fd(os_->openat(fd_.get(), checked.c_str(), open_folder, 0));
  if (fd.get() < 0) return path_error("open the folder", path_, path, errno);
  return Dir(*os_, std::move(fd), path_ + "/" + checked);
}

Result<FileSource> Dir::open_file(std::string_view path) const {
  TRY(const std::string checked, checked_path(path));
  // Not blocking: a named pipe that someone put there must not hang us.
  Fd fd(os_->openat(fd_.get(), checked.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0));
  if (fd.get() < 0) return path_error("open", path_, path, errno);
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) return path_error("open", path_, path, errno);
  if (!S_ISREG(info.st_mode)) {
    return fail(ErrorKind::invalid_input, "cannot open {}/{}: it is no regular file", path_, path);
  }
  return FileSource(*os_, std::move(fd), path_ + "/" + checked);
}

Result<std::string> Dir::read_file(std::string_view path, std::uint64_t limit_bytes) const {
  TRY(FileSource file, open_file(path));
  TRY(const std::uint64_t size, file.size_bytes());
  if (size > limit_bytes) {
    return fail(ErrorKind::limit_exceeded, "cannot read {}/{}: {} bytes, at most {} are accepted", path_,
                path, size, limit_bytes);
  }
  auto text = read_all(file, limit_bytes);
  // A failed read names the file already; what has grown meanwhile does not.
  if (!text && text.error().kind == ErrorKind::limit_exceeded) {
    return wrap(std::move(text).error(), fmt::format("cannot read {}/{}", path_, path));
  }
  return text;
}

Result<MappedFile> Dir::map_file(std::string_view path) const {
  TRY(const FileSource file, open_file(path));
  TRY(const std::uint64_t size, file.size_bytes());
  if (size == 0) return MappedFile(nullptr, 0);
  void* const data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.fd(), 0);
  if (data == MAP_FAILED) return path_error("map", path_, path, errno);
  return MappedFile(static_cast<const char*>(data), size);
}

Result<bool> Dir::exists(std::string_view path) const {
  TRY(const std::string checked, checked_path(path));
  const Fd fd(os_->openat(fd_.get(), checked.c_str(), O_PATH, 0));
  if (fd.get() >= 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  return path_error("look up", path_, path, errno);
}

Result<std::uint64_t> Dir::file_size(std::string_view path) const {
  TRY(const FileSource file, open_file(path));
  return file.size_bytes();
}

Result<std::int64_t> Dir::change_time_ns(std::string_view path) const {
  TRY(const FileSource file, open_file(path));
  struct stat info{};
  if (::fstat(file.fd(), &info) != 0) return path_error("look up", path_, path, errno);
  return std::int64_t{info.st_ctim.tv_sec} * 1'000'000'000 + info.st_ctim.tv_nsec;
}

Status Dir::write_file(std::string_view path, std::string_view text) const {
  TRY(NewFile file, create_file());
  TRY_STATUS(write_text(file, text));
  return file.commit(path);
}

Status Dir::write_cache_file(std::string_view path, std::string_view text) const {
  TRY(NewFile file, create_file());
  TRY_STATUS(write_text(file, text));
  return file.commit(path, Durability::unsynced);
}

Result<std::vector<std::string>> Dir::list(std::string_view path) const {
  TRY(const std::string checked, checked_path(path));
  Fd fd(os_->openat(fd_.get(), checked.c_str(), open_folder, 0));
  if (fd.get() < 0 && errno == ENOENT) return std::vector<std::string>();
  if (fd.get() < 0) return path_error("list", path_, path, errno);
  auto names = names_in(std::move(fd));
  if (!names) return wrap(std::move(names).error(), fmt::format("cannot list {}/{}", path_, path));
  return names;
}

Status Dir::make_dirs(std::string_view path) const {
  TRY(const Place place, place_of(*os_, fd_.get(), path_, std::string(path) + "/x", true));
  return {};
}

Status Dir::remove(std::string_view path) const {
  auto place = place_of(*os_, fd_.get(), path_, path, false);
  if (!place && place.error().kind == ErrorKind::not_found) return {};
  if (!place) return std::unexpected(std::move(place).error());
  if (os_->unlinkat(place->folder.get(), place->name.c_str(), 0) != 0 && errno != ENOENT) {
    return path_error("remove", path_, path, errno);
  }
  return {};
}

Status Dir::remove_all(std::string_view path) const {
  auto place = place_of(*os_, fd_.get(), path_, path, false);
  if (!place && place.error().kind == ErrorKind::not_found) return {};
  if (!place) return std::unexpected(std::move(place).error());
  auto removed = remove_tree(*os_, place->folder.get(), place->name, depth_limit);
  if (!removed) return wrap(std::move(removed).error(), fmt::format("cannot remove {}/{}", path_, path));
  return {};
}

}  // namespace hauberk
