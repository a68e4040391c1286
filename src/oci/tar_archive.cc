// SPDX-License-Identifier: Apache-2.0
#include "oci/tar_archive.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "io/compression.h"
#include "io/spool_file.h"
#include "tar/reader.h"

namespace hauberk {
namespace {

constexpr std::uint64_t members_limit = 100'000;
constexpr std::uint64_t unpacked_limit_bytes = std::uint64_t{64} << 30;
constexpr int links_limit = 8;

// A part of a file, read by offset, so that several can be read at once.
class PartSource final : public ByteSource {
 public:
  PartSource(int fd, const std::string& name, std::uint64_t offset, std::uint64_t size_bytes)
      : fd_(fd), name_(name), offset_(offset), rest_(size_bytes) {}

  Result<std::size_t> read(std::span<std::byte> buffer) override {
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(rest_, buffer.size()));
    if (want == 0) return std::size_t{0};
    const ssize_t count = TEMP_FAILURE_RETRY(::pread(fd_, buffer.data(), want, static_cast<off_t>(offset_)));
    if (count < 0) return fail(ErrorKind::io, "cannot read {}: {}", name_, os_reason(errno));
    offset_ += static_cast<std::uint64_t>(count);
    rest_ = count == 0 ? 0 : rest_ - static_cast<std::uint64_t>(count);
    return static_cast<std::size_t>(count);
  }

  std::uint64_t offset() const { return offset_; }

  // The next bytes are of no interest: they are counted, and the buffers given for them stay as they are.
  void pass_over(std::uint64_t size_bytes) { passed_ = size_bytes; }

  Result<std::size_t> read_or_pass(std::span<std::byte> buffer) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>({passed_, rest_, buffer.size()}));
    if (count == 0) return read(buffer);
    passed_ -= count;
    offset_ += count;
    rest_ -= count;
    return count;
  }

 private:
  int fd_;
  const std::string& name_;
  std::uint64_t offset_;
  std::uint64_t rest_;
  std::uint64_t passed_ = 0;
};

// What the index pass reads from: contents are passed over.
class IndexSource final : public ByteSource {
 public:
  explicit IndexSource(PartSource& part) : part_(part) {}
  Result<std::size_t> read(std::span<std::byte> buffer) override { return part_.read_or_pass(buffer); }

 private:
  PartSource& part_;
};

Result<std::uint64_t> size_of(const Fd& file, const std::string& name) {
  struct stat info{};
  if (::fstat(file.get(), &info) != 0) {
    return fail(ErrorKind::io, "cannot inspect {}: {}", name, os_reason(errno));
  }
  if (!S_ISREG(info.st_mode)) return fail(ErrorKind::invalid_input, "cannot read {}: it is no file", name);
  return static_cast<std::uint64_t>(info.st_size);
}

// The file, or an unpacked copy of it where it is compressed.
Result<Fd> uncompressed(Fd file, const std::string& name) {
  TRY(const std::uint64_t size, size_of(file, name));
  std::array<std::byte, 6> start{};
  PartSource head(file.get(), name, 0, start.size());
  TRY(const std::size_t count, head.read(start));
  const Compression compression = compression_of(std::span(start).first(count));
  if (compression == Compression::none) return file;
  PartSource whole(file.get(), name, 0, size);
  const auto unpacked = decompress(compression, whole, {.output_bytes = unpacked_limit_bytes});
  TRY(SpoolFile spool, SpoolFile::create());
  if (auto copied = copy(*unpacked, spool); !copied) {
    return wrap(std::move(copied).error(), fmt::format("cannot unpack {}", name));
  }
  return spool.release();
}

// Where a symlink in `folder` leads inside the archive; empty where that is nowhere.
std::string link_path(std::string_view link_path_of, std::string_view target) {
  if (target.starts_with('/')) return {};
  std::string at(link_path_of.substr(0, std::min(link_path_of.rfind('/'), link_path_of.size())));
  if (!link_path_of.contains('/')) at.clear();
  for (std::size_t begin = 0; begin <= target.size();) {
    const std::size_t end = std::min(target.find('/', begin), target.size());
    const std::string_view part = target.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      at += at.empty() ? std::string(part) : fmt::format("/{}", part);
    } else if (at.empty()) {
      return {};
    } else {
      at.resize(at.contains('/') ? at.rfind('/') : 0);
    }
  }
  return at;
}

}  // namespace

Result<std::unique_ptr<TarArchive>> TarArchive::open(const std::string& path) {
  Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) {
    const ErrorKind kind = errno == ENOENT || errno == ENOTDIR ? ErrorKind::not_found : ErrorKind::io;
    return fail(kind, "cannot open {}: {}", path, os_reason(errno));
  }
  return of(std::move(file), path);
}

Result<std::unique_ptr<TarArchive>> TarArchive::of(Fd file, std::string name) {
  TRY(Fd plain, uncompressed(std::move(file), name));
  std::unique_ptr<TarArchive> archive(new TarArchive(std::move(plain), std::move(name)));
  if (auto read = archive->read_index(); !read) {
    return wrap(std::move(read).error(), fmt::format("cannot read the archive {}", archive->name()));
  }
  return archive;
}

Status TarArchive::read_index() {
  TRY(const std::uint64_t size, size_of(file_, name_));
  PartSource part(file_.get(), name_, 0, size);
  IndexSource source(part);
  TarReader reader(source, {.entries = members_limit, .file_bytes = unpacked_limit_bytes});
  for (;;) {
    TRY(const auto entry, reader.next());
    if (!entry) return {};
    const std::uint64_t offset = part.offset();
    if (entry->size_bytes > size - offset) {
      return fail(ErrorKind::invalid_input, "\"{}\" should have {} bytes, and the archive ends before",
                  entry->path, entry->size_bytes);
    }
    add(*entry, offset);
    part.pass_over(entry->size_bytes);
  }
}

void TarArchive::add(const TarEntry& entry, std::uint64_t offset) {
  if (entry.type == TarEntry::Type::directory) return;
  Member member{entry.type, offset, entry.size_bytes, {}, false};
  if (entry.type == TarEntry::Type::hard_link) member.link = entry.link_target;
  if (entry.type == TarEntry::Type::symlink) member.link = link_path(entry.path, entry.link_target);
  const auto [at, is_new] = members_.try_emplace(entry.path, std::move(member));
  if (!is_new) at->second.is_twice = true;
}

bool TarArchive::has_below(std::string_view folder) const {
  const std::string start = fmt::format("{}/", folder);
  const auto at = members_.lower_bound(start);
  return at != members_.end() && at->first.starts_with(start);
}

Result<const TarArchive::Member*> TarArchive::find(std::string_view path) const {
  std::string_view at = path;
  for (int step = 0; step <= links_limit; ++step) {
    const auto found = members_.find(at);
    if (found == members_.end()) {
      const ErrorKind kind = step == 0 ? ErrorKind::not_found : ErrorKind::invalid_input;
      return fail(kind, "cannot read {}: \"{}\" is not in it", name_, at);
    }
    const Member& member = found->second;
    if (member.is_twice) {
      return fail(ErrorKind::invalid_input, "cannot read {}: \"{}\" is in it twice", name_, at);
    }
    if (member.type == TarEntry::Type::file) return &member;
    if (member.link.empty()) {
      return fail(ErrorKind::invalid_input, "cannot read {}: \"{}\" is a {}, not a file", name_, at,
                  name_of(member.type));
    }
    at = member.link;
  }
  return fail(ErrorKind::invalid_input, "cannot read {}: \"{}\" is a link to a link, more than {} times",
              name_, path, links_limit);
}

Result<std::uint64_t> TarArchive::size_bytes(std::string_view path) const {
  TRY(const Member* member, find(path));
  return member->size_bytes;
}

Result<std::unique_ptr<ByteSource>> TarArchive::open_member(std::string_view path) const {
  TRY(const Member* member, find(path));
  return std::make_unique<PartSource>(file_.get(), name_, member->offset, member->size_bytes);
}

Result<std::string> TarArchive::read_member(std::string_view path, std::uint64_t limit_bytes) const {
  TRY(const Member* member, find(path));
  if (member->size_bytes > limit_bytes) {
    return fail(ErrorKind::limit_exceeded, "cannot read \"{}\" of {}: {} bytes, at most {} are accepted",
                path, name_, member->size_bytes, limit_bytes);
  }
  PartSource source(file_.get(), name_, member->offset, member->size_bytes);
  return read_all(source, limit_bytes);
}

}  // namespace hauberk
