// Layers into a folder. See unpack.h.
//
// SPDX-License-Identifier: Apache-2.0
#include "trial/unpack.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace hauberk {
namespace {

constexpr std::string_view whiteout_prefix = ".wh.", opaque_name = ".wh..wh..opq";
// Names with it twice are the bookkeeping that aufs kept in a layer's root, which is no content.
constexpr std::string_view aufs_prefix = ".wh..wh.";

std::string reason() { return os_reason(errno); }

int open_beneath(int root, const std::string& path, std::uint64_t flags) {
  open_how how{};
  how.flags = flags | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS;
  return static_cast<int>(syscall(SYS_openat2, root, path.empty() ? "." : path.c_str(), &how, sizeof how));
}

// "usr/bin/x" -> {"usr/bin", "x"}
std::pair<std::string, std::string> split_path(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return {"", path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

bool is_folder(int parent, const std::string& name) {
  struct stat info{};
  return fstatat(parent, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(info.st_mode);
}

Result<std::vector<std::string>> names_in(int folder) {
  const int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(copy < 0 ? nullptr : fdopendir(copy), closedir);
  if (!dir) return fail(ErrorKind::io, "cannot list a folder of the image: {}", reason());
  std::vector<std::string> names;
  while (const dirent* entry = readdir(dir.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  return names;
}

// Removes a file, a link or a whole folder; absent is fine.
Status remove_tree(int parent, const std::string& name) {
  if (unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT) return {};
  if (errno != EISDIR && errno != EPERM) {
    return fail(ErrorKind::io, "cannot remove '{}' of a lower layer: {}", name, reason());
  }
  const Fd folder(openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (folder.get() < 0) return fail(ErrorKind::io, "cannot remove '{}' of a lower layer: {}", name, reason());
  TRY(const auto names, names_in(folder.get()));
  for (const auto& child : names) TRY_STATUS(remove_tree(folder.get(), child));
  if (unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0) return {};
  return fail(ErrorKind::io, "cannot remove the folder '{}' of a lower layer: {}", name, reason());
}

Status write_content(int file, TarReader& reader) {
  std::array<std::byte, 64 << 10> buffer;
  for (;;) {
    TRY(const std::size_t size, reader.read(buffer));
    if (size == 0) return {};
    for (std::size_t done = 0; done < size;) {
      const ssize_t written = ::write(file, buffer.data() + done, size - done);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return fail(ErrorKind::io, "cannot unpack a file: {}", reason());
      done += static_cast<std::size_t>(written);
    }
  }
}

}  // namespace

Result<RootFolder> RootFolder::open(const std::string& path, bool owners) {
  Fd root(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (root.get() < 0) return fail(ErrorKind::io, "cannot open the folder {}: {}", path, reason());
  return RootFolder(std::move(root), owners);
}

Status RootFolder::apply(ByteSource& tar) {
  added_.clear();
  TarReader reader(tar);
  for (;;) {
    TRY(const auto entry, reader.next());
    if (!entry) return {};
    if (auto placed = place(*entry, reader); !placed) {
      return wrap(placed.error(), fmt::format("cannot unpack '{}' of the layer", entry->path));
    }
  }
}

Status RootFolder::place(const TarEntry& entry, TarReader& reader) {
  if (entry.path.empty()) {
    if (entry.type != TarEntry::Type::directory) {
      return fail(ErrorKind::invalid_input, "the root can only be a directory, not a {}",
                  name_of(entry.type));
    }
    return set_owner(root_.get(), ".", entry);
  }
  if (entry.path.starts_with(aufs_prefix) && entry.path != opaque_name) return {};
  const auto [folder, name] = split_path(entry.path);
  if (name.starts_with(whiteout_prefix)) return white_out(folder, name);
  TRY(const Fd parent, open_folder(folder, true));
  note(entry.path);
  return create(parent.get(), name, entry, reader);
}

Status RootFolder::create(int parent, const std::string& name, const TarEntry& entry, TarReader& reader) {
  if (entry.type == TarEntry::Type::directory) return make_directory(parent, name, entry);
  TRY_STATUS(remove_tree(parent, name));
  switch (entry.type) {
    case TarEntry::Type::file: return create_file(parent, name, entry, reader);
    case TarEntry::Type::hard_link: return create_link(parent, name, entry);
    case TarEntry::Type::symlink:
      if (symlinkat(entry.link_target.c_str(), parent, name.c_str()) != 0) break;
      return set_owner(parent, name, entry);
    case TarEntry::Type::fifo:
      if (mkfifoat(parent, name.c_str(), 0600) != 0) break;
      return set_owner(parent, name, entry);
    case TarEntry::Type::character_device:
    case TarEntry::Type::block_device:
    case TarEntry::Type::directory: return {};
  }
  return fail(ErrorKind::io, "cannot make a {}: {}", name_of(entry.type), reason());
}

Status RootFolder::create_file(int parent, const std::string& name, const TarEntry& entry,
                               TarReader& reader) {
  const Fd file(openat(parent, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (file.get() < 0) return fail(ErrorKind::io, "cannot make a file: {}", reason());
  TRY_STATUS(write_content(file.get(), reader));
  TRY_STATUS(set_owner(parent, name, entry));
  // Programs compare these times, Python's compiled modules among them.
  timespec time{};
  time.tv_sec = entry.mtime_seconds;
  const std::array<timespec, 2> times{time, time};
  if (futimens(file.get(), times.data()) == 0) return {};
  return fail(ErrorKind::io, "cannot set the time of a file: {}", reason());
}

Status RootFolder::create_link(int parent, const std::string& name, const TarEntry& entry) {
  const auto [folder, target] = split_path(entry.link_target);
  TRY(const Fd from, open_folder(folder, false));
  if (linkat(from.get(), target.c_str(), parent, name.c_str(), 0) == 0) return {};
  return fail(ErrorKind::invalid_input, "cannot link it to '{}': {}", entry.link_target, reason());
}

Status RootFolder::make_directory(int parent, const std::string& name, const TarEntry& entry) {
  if (!is_folder(parent, name)) {
    TRY_STATUS(remove_tree(parent, name));
    if (mkdirat(parent, name.c_str(), 0700) != 0) {
      return fail(ErrorKind::io, "cannot make a folder: {}", reason());
    }
  }
  return set_owner(parent, name, entry);
}

// Owner first: a change of owner clears setuid and setgid.
Status RootFolder::set_owner(int parent, const std::string& name, const TarEntry& entry) {
  if (owners_ && fchownat(parent, name.c_str(), entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == EINVAL) {
      return fail(ErrorKind::unsupported,
                  "its owner {}:{} is none that this user may give: more sub-uids and sub-gids are needed "
                  "(/etc/subuid, /etc/subgid)",
                  entry.uid, entry.gid);
    }
    return fail(ErrorKind::io, "cannot give it to {}:{}: {}", entry.uid, entry.gid, reason());
  }
  if (entry.type == TarEntry::Type::symlink || fchmodat(parent, name.c_str(), entry.mode, 0) == 0) return {};
  return fail(ErrorKind::io, "cannot set its mode: {}", reason());
}

Status RootFolder::white_out(const std::string& folder, std::string_view name) {
  auto opened = open_folder(folder, false);
  if (!opened) {
    if (opened.error().kind == ErrorKind::not_found) return {};  // nothing there to hide
    return std::unexpected(std::move(opened).error());
  }
  const Fd parent = *std::move(opened);
  if (name == opaque_name) return hide_below(parent.get(), folder);
  const std::string hidden(name.substr(whiteout_prefix.size()));
  if (hidden.empty() || hidden == "." || hidden == ".." || hidden.starts_with(whiteout_prefix)) {
    return fail(ErrorKind::invalid_input, "a whiteout has to name what it hides, which is no whiteout");
  }
  return hide(parent.get(), hidden, folder.empty() ? hidden : folder + "/" + hidden);
}

// Removes what lower layers put at `path`, but nothing of this layer.
Status RootFolder::hide(int parent, const std::string& name, const std::string& path) {
  if (!added_.contains(path)) return remove_tree(parent, name);
  const Fd folder(openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  return folder.get() < 0 ? Status() : hide_below(folder.get(), path);
}

Status RootFolder::hide_below(int folder, const std::string& path) {
  TRY(const auto names, names_in(folder));
  for (const auto& name : names) TRY_STATUS(hide(folder, name, path.empty() ? name : path + "/" + name));
  return {};
}

Result<Fd> RootFolder::open_folder(const std::string& path, bool create) {
  Fd folder(open_beneath(root_.get(), path, O_RDONLY | O_DIRECTORY));
  if (folder.get() >= 0) return folder;
  if (errno == ELOOP || errno == ENOTDIR || errno == EXDEV) {
    return fail(ErrorKind::invalid_input, "'{}' leads through something that is no folder", path);
  }
  if (errno != ENOENT) return fail(ErrorKind::io, "cannot open the folder '{}': {}", path, reason());
  if (!create) return fail(ErrorKind::not_found, "there is no folder '{}'", path);
  const auto [above, name] = split_path(path);
  TRY(const Fd parent, open_folder(above, true));
  if (mkdirat(parent.get(), name.c_str(), 0755) != 0 && errno != EEXIST) {
    return fail(ErrorKind::io, "cannot make the folder '{}': {}", path, reason());
  }
  folder = Fd(open_beneath(root_.get(), path, O_RDONLY | O_DIRECTORY));
  if (folder.get() >= 0) return folder;
  return fail(ErrorKind::invalid_input, "'{}' leads through something that is no folder", path);
}

void RootFolder::note(const std::string& path) {
  for (std::string at = path; !at.empty() && added_.insert(at).second; at = split_path(at).first) {}
}

}  // namespace hauberk
