// Relative paths below a directory.
//
// SPDX-License-Identifier: Apache-2.0
#include "io/path.h"

#include <fcntl.h>

#include <cerrno>

namespace hauberk {
namespace {

// Opens the folder `name` in `folder`, made durably if it is missing and `create` says so.
Result<Fd> enter(Os& os, int folder, const std::string& name, bool create) {
  constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
  Fd fd(os.openat(folder, name.c_str(), flags, 0));
  if (fd.get() < 0 && errno == ENOENT && create) {
    // Someone else may make it at the same time; whoever comes second finds it.
    if (os.mkdirat(folder, name.c_str(), 0700) != 0 && errno != EEXIST) {
      return fail(ErrorKind::io, "{}", os_reason(errno));
    }
    if (os.fsync(folder) != 0) return fail(ErrorKind::io, "{}", os_reason(errno));
    fd = Fd(os.openat(folder, name.c_str(), flags, 0));
  }
  if (fd.get() >= 0) return fd;
  const int error = errno;
  if (error == ENOENT) return fail(ErrorKind::not_found, "{}", os_reason(error));
  if (error == ELOOP || error == EXDEV || error == ENOTDIR) {
    return fail(ErrorKind::invalid_input, "{} is no folder", name);
  }
  return fail(ErrorKind::io, "{}", os_reason(error));
}

}  // namespace

Result<std::string> checked_path(std::string_view path) {
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorKind::invalid_input, "cannot use the path '{}': {}", path, why);
  };
  if (path.empty()) return refuse("it is empty");
  if (path.front() == '/') return refuse("it is absolute");
  if (path.find('\0') != path.npos) return refuse("it has a zero byte");
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    if (path.substr(start, end - start) == "..") return refuse("it has '..'");
    start = end + 1;
  }
  return std::string(path);
}

Result<Place> place_of(Os& os, int dir, std::string_view dir_name, std::string_view path, bool create) {
  TRY(const std::string checked, checked_path(path));
  auto entered = enter(os, dir, ".", false);
  if (!entered) return wrap(std::move(entered).error(), fmt::format("cannot open {}", dir_name));
  Fd folder = *std::move(entered);
  std::size_t start = 0;
  for (std::size_t slash; (slash = checked.find('/', start)) != checked.npos; start = slash + 1) {
    const std::string name = checked.substr(start, slash - start);
    if (name.empty() || name == ".") continue;
    auto next = enter(os, folder.get(), name, create);
    if (!next) {
      return fail(next.error().kind, "cannot open {}/{}: {}", dir_name, checked.substr(0, slash),
                  next.error().message);
    }
    folder = *std::move(next);
  }
  std::string name = checked.substr(start);
  if (name.empty() || name == ".") {
    return fail(ErrorKind::invalid_input, "cannot use the path '{}': it ends with no name", path);
  }
  return Place{std::move(folder), std::move(name)};
}

std::unexpected<Error> path_error(std::string_view verb, std::string_view dir_name, std::string_view path,
                                  int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR: return fail(ErrorKind::not_found, "cannot {} {}/{}: there is none", verb, dir_name, path);
    case ELOOP:
      return fail(ErrorKind::invalid_input, "cannot {} {}/{}: a symbolic link is on the way", verb, dir_name,
                  path);
    case EXDEV:
      return fail(ErrorKind::invalid_input, "cannot {} {}/{}: it leads out of the folder", verb, dir_name,
                  path);
    default: return fail(ErrorKind::io, "cannot {} {}/{}: {}", verb, dir_name, path, os_reason(error));
  }
}

}  // namespace hauberk
