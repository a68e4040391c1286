// SPDX-License-Identifier: Apache-2.0
#include "publish/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace hauberk {
namespace {

constexpr std::size_t buffer_bytes = 128 << 10;

Status write_fully(Os& os, int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = os.write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(ErrorKind::io, "");
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace

OutputFile::OutputFile(const Dir& folder, std::string name, std::string temporary, Fd fd)
    : folder_(folder), name_(std::move(name)), temporary_(std::move(temporary)), fd_(std::move(fd)) {}

OutputFile::~OutputFile() {
  if (!temporary_.empty()) folder_.os().unlinkat(folder_.fd(), temporary_.c_str(), 0);
}

std::unexpected<Error> OutputFile::failed(std::string_view verb) const {
  return fail(errno == EISDIR ? ErrorKind::conflict : ErrorKind::io, "cannot {} {}/{}: {}", verb,
              folder_.path(), name_, os_reason(errno));
}

Result<std::unique_ptr<OutputFile>> OutputFile::create(const Dir& folder, std::string_view name,
                                                       mode_t mode) {
  // The first free number; others may write here at the same time.
  for (int i = 0; i < 10'000; ++i) {
    std::string temporary = fmt::format(".hauberk-{}-{}", ::getpid(), i);
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
    Fd fd(folder.os().openat(folder.fd(), temporary.c_str(), flags, mode));
    if (fd.get() >= 0) {
      return std::unique_ptr<OutputFile>(new OutputFile(folder, std::string(name), std::move(temporary),
                                                        std::move(fd)));
    }
    if (errno != EEXIST) break;
  }
  return fail(ErrorKind::io, "cannot write into {}: {}", folder.path(), os_reason(errno));
}

Status OutputFile::write(std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (buffer_.size() + text.size() <= buffer_bytes) {
    buffer_ += text;
    return {};
  }
  TRY_STATUS(flush());
  if (text.size() < buffer_bytes) {
    buffer_ = text;
  } else if (!write_fully(folder_.os(), fd_.get(), text)) {
    return failed("write");
  }
  return {};
}

Status OutputFile::flush() {
  if (!write_fully(folder_.os(), fd_.get(), buffer_)) return failed("write");
  buffer_.clear();
  return {};
}

Status OutputFile::commit() {
  TRY_STATUS(flush());
  Os& os = folder_.os();
  if (os.fsync(fd_.get()) != 0) return failed("write");
  if (os.renameat(folder_.fd(), temporary_.c_str(), folder_.fd(), name_.c_str()) != 0)
    return failed("replace");
  temporary_.clear();
  if (os.fsync(folder_.fd()) != 0) return failed("write");
  return {};
}

Result<std::unique_ptr<OutputAt>> create_output_at(const std::string& path, Os& os) {
  const std::filesystem::path at(path);
  std::error_code error;
  const auto status = std::filesystem::status(at, error);
  if (!at.has_filename() || (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))) {
    return fail(ErrorKind::conflict, "cannot write {}: it is there, and is no file", path);
  }
  const std::string folder = at.has_parent_path() ? at.parent_path().string() : ".";
  TRY(Dir dir, Dir::open(folder, false, os));
  auto output = std::make_unique<OutputAt>(std::move(dir), nullptr);
  TRY(output->file, OutputFile::create(output->folder, at.filename().string()));
  return output;
}

Result<Dir> open_output_folder(const std::string& path, Os& os) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  // An error that matters shows again, with its reason, when the folder is opened.
  return Dir::open(path, false, os);
}

}  // namespace hauberk
