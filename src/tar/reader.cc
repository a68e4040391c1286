// SPDX-License-Identifier: Apache-2.0
#include "tar/reader.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "tar/header.h"

namespace hauberk {
namespace {

constexpr std::string_view xattr_prefix = "SCHILY.xattr.";

std::uint64_t padding_after(std::uint64_t size_bytes) {
  return (tar_block_bytes - size_bytes % tar_block_bytes) % tar_block_bytes;
}

bool is_extension(char type) { return type == 'x' || type == 'g' || type == 'L' || type == 'K'; }

// What a type letter means that we do not read, for the message; empty for those that we do.
std::string_view refused(char type) {
  switch (type) {
    case 'S': return "a sparse file (GNU)";
    case 'M': return "the continuation of a file from another volume";
    case 'V': return "a volume label";
    case 'D': return "a GNU directory dump";
    case 'N': return "an old GNU long name";
    case 'X': return "a Solaris extended header";
    default: return {};
  }
}

std::optional<TarEntry::Type> type_of(char letter) {
  switch (letter) {
    case '\0':
    case '0':
    case '7': return TarEntry::Type::file;
    case '1': return TarEntry::Type::hard_link;
    case '2': return TarEntry::Type::symlink;
    case '3': return TarEntry::Type::character_device;
    case '4': return TarEntry::Type::block_device;
    case '5': return TarEntry::Type::directory;
    case '6': return TarEntry::Type::fifo;
    default: return std::nullopt;
  }
}

Result<std::uint32_t> id_of(std::int64_t number, std::string_view what) {
  if (number < 0 || number > std::numeric_limits<std::uint32_t>::max()) {
    return fail(ErrorKind::invalid_input, "its {} {} is not between 0 and 4294967295", what, number);
  }
  return static_cast<std::uint32_t>(number);
}

// The value of a pax keyword; none if absent or empty, which by POSIX withdraws it.
const std::string* pax_value(const PaxRecords& pax, std::string_view keyword) {
  const auto at = pax.find(keyword);
  return at == pax.end() || at->second.empty() ? nullptr : &at->second;
}

Status read_numbers(const TarBlock& block, const PaxRecords& pax, TarEntry& entry) {
  const auto number = [&](TarField field, std::string_view keyword) -> Result<std::int64_t> {
    if (const std::string* value = pax_value(pax, keyword)) {
      TRY(const std::uint64_t n, parse_pax_number(*value));
      if (n > std::numeric_limits<std::int64_t>::max()) {
        return fail(ErrorKind::invalid_input, "its pax {} is above 63 bits", keyword);
      }
      return static_cast<std::int64_t>(n);
    }
    auto stored = block.number(field);
    if (!stored) return wrap(stored.error(), fmt::format("its {}", keyword));
    return stored;
  };
  TRY(const std::int64_t mode, number(tar_field::mode, "mode"));
  entry.mode = static_cast<std::uint32_t>(mode & 07777);
  TRY(const std::int64_t uid, number(tar_field::uid, "uid"));
  TRY(entry.uid, id_of(uid, "uid"));
  TRY(const std::int64_t gid, number(tar_field::gid, "gid"));
  TRY(entry.gid, id_of(gid, "gid"));
  TRY(const std::int64_t size, number(tar_field::size, "size"));
  if (size < 0) return fail(ErrorKind::invalid_input, "its size is negative: {}", size);
  entry.size_bytes = static_cast<std::uint64_t>(size);
  if (const std::string* time = pax_value(pax, "mtime")) {
    TRY(entry.mtime_seconds, parse_pax_time(*time));
  } else {
    TRY(entry.mtime_seconds, number(tar_field::mtime, "mtime"));
  }
  return {};
}

Status read_device(const TarBlock& block, TarEntry& entry) {
  if (entry.type != TarEntry::Type::character_device && entry.type != TarEntry::Type::block_device) return {};
  TRY(const std::int64_t major, block.number(tar_field::major));
  TRY(entry.device_major, id_of(major, "device major"));
  TRY(const std::int64_t minor, block.number(tar_field::minor));
  TRY(entry.device_minor, id_of(minor, "device minor"));
  return {};
}

Status read_xattrs(const PaxRecords& pax, TarEntry& entry) {
  for (auto at = pax.lower_bound(xattr_prefix); at != pax.end() && at->first.starts_with(xattr_prefix);
       ++at) {
    std::string name = at->first.substr(xattr_prefix.size());
    if (name.empty() || name.size() > 255 || name.find('\0') != std::string::npos) {
      return fail(ErrorKind::invalid_input, "an extended attribute without a proper name");
    }
    entry.xattrs.emplace(std::move(name), at->second);
  }
  return {};
}

Status refuse_sparse(const PaxRecords& pax) {
  const auto at = pax.lower_bound("GNU.sparse.");
  if (at == pax.end() || !at->first.starts_with("GNU.sparse.")) return {};
  return fail(ErrorKind::unsupported, "it is a sparse file ({}): pack it without --sparse", at->first);
}

Result<std::string> link_target_of(const TarEntry& entry, std::string_view stored, bool allow_absolute) {
  if (stored.empty()) return fail(ErrorKind::invalid_input, "a {} without a target", name_of(entry.type));
  if (entry.type == TarEntry::Type::symlink) {
    if (stored.size() > 4096) return fail(ErrorKind::invalid_input, "a symlink target above 4096 bytes");
    if (stored.find('\0') != std::string_view::npos) {
      return fail(ErrorKind::invalid_input, "a symlink target with a NUL");
    }
    return std::string(stored);
  }
  TRY(std::string target, normal_path(stored, allow_absolute));
  if (target.empty()) return fail(ErrorKind::invalid_input, "a hard link to the root");
  return target;
}

}  // namespace

struct TarReader::Overrides {
  std::optional<PaxRecords> pax;
  std::optional<std::string> path, link;  // GNU long names
  int headers = 0;

  Result<std::string> value(const std::optional<std::string>& gnu, std::string_view keyword,
                            std::string stored) const {
    const std::string* by_pax = pax ? pax_value(*pax, keyword) : nullptr;
    if (gnu && by_pax) {
      return fail(ErrorKind::invalid_input, "it has both a GNU long name and a pax {}", keyword);
    }
    if (by_pax) return *by_pax;
    return gnu ? *gnu : std::move(stored);
  }
};

std::unexpected<Error> TarReader::wrong(std::string_view why, ErrorKind kind) const {
  return fail(kind, "cannot read tar entry {}: {}", number_, why);
}

Result<std::optional<TarEntry>> TarReader::next() {
  if (failed_) return std::unexpected(*failed_);
  if (ended_) return std::nullopt;
  auto entry = read_entry();
  if (!entry) failed_ = entry.error();
  return entry;
}

Result<std::optional<TarEntry>> TarReader::read_entry() {
  TRY_STATUS(skip_content());
  ++number_;
  Overrides overrides;
  while (true) {
    TarBlock block;
    TRY(const bool found, read_block(block));
    if (!found || block.is_zero()) {
      if (overrides.headers > 0) return wrong("an extended header without an entry after it");
      TRY_STATUS(found ? check_end_marker() : check_end_of_stream());
      ended_ = true;
      return std::nullopt;
    }
    if (number_ > limits_.entries) {
      return wrong(fmt::format("more than {} entries", limits_.entries), ErrorKind::limit_exceeded);
    }
    if (!block.checksum_holds()) {
      return wrong("the checksum of its header is wrong: this is no tar archive, or it is damaged");
    }
    if (is_extension(block.type())) {
      TRY_STATUS(read_extension(block, overrides));
      continue;
    }
    auto entry = entry_of(block, overrides);
    if (!entry) return wrong(entry.error().message, entry.error().kind);
    remaining_ = entry->size_bytes;
    padding_ = padding_after(entry->size_bytes);
    return std::optional(std::move(*entry));
  }
}

// A block, or false at the end of the stream on a block's boundary.
Result<bool> TarReader::read_block(TarBlock& block) {
  std::size_t have = 0;
  while (have < tar_block_bytes) {
    TRY(const std::size_t n, source_.read(block.bytes().subspan(have)));
    if (n == 0) break;
    have += n;
  }
  if (have > 0 && have < tar_block_bytes) return wrong("the archive ends within a header");
  return have > 0;
}

// After one zero block: the second, or the end of the stream.
Status TarReader::check_end_marker() {
  TarBlock block;
  TRY(const bool found, read_block(block));
  if (found && !block.is_zero()) return wrong("a lone zero block stands before it");
  return {};
}

Status TarReader::check_end_of_stream() {
  if (number_ == 1) return wrong("the archive is empty, without an end marker");
  return {};
}

Status TarReader::read_extension(const TarBlock& block, Overrides& overrides) {
  constexpr int most_headers = 16;  // one of each kind is what an entry needs, and global comments
  if (++overrides.headers > most_headers) return wrong("too many extended headers");
  const auto size = block.number(tar_field::size);
  if (!size || *size < 0) return wrong("an extended header of a size that is no number of zero or more");
  if (static_cast<std::uint64_t>(*size) > limits_.pax_bytes) {
    return wrong(fmt::format("an extended header of {} bytes, more than the {} allowed", *size,
                             limits_.pax_bytes),
                 ErrorKind::limit_exceeded);
  }
  TRY(std::string payload, read_payload(static_cast<std::uint64_t>(*size)));
  if (block.type() == 'L' || block.type() == 'K') {
    auto& name = block.type() == 'L' ? overrides.path : overrides.link;
    if (name) return wrong("two GNU long names of one kind");
    payload.erase(payload.find_last_not_of('\0') + 1);
    if (payload.empty()) return wrong("an empty GNU long name");
    name = std::move(payload);
    return {};
  }
  auto pax = parse_pax(payload);
  if (!pax) return wrong(pax.error().message);
  if (block.type() == 'g') {
    const bool comment_only = pax->empty() || (pax->size() == 1 && pax->contains("comment"));
    return comment_only ? Status()
                        : wrong("a global pax header with more than a comment", ErrorKind::unsupported);
  }
  if (overrides.pax) return wrong("two pax headers for one entry");
  overrides.pax = std::move(*pax);
  return {};
}

Result<TarEntry> TarReader::entry_of(const TarBlock& block, const Overrides& overrides) {
  const auto type = type_of(block.type());
  if (!type) {
    const std::string_view known = refused(block.type());
    if (!known.empty()) return fail(ErrorKind::unsupported, "it is {}, which is not supported", known);
    return fail(ErrorKind::unsupported, "its type {} is not supported", static_cast<int>(block.type()));
  }
  TarEntry entry;
  entry.type = *type;
  static const PaxRecords none;
  const PaxRecords& pax = overrides.pax ? *overrides.pax : none;
  TRY_STATUS(refuse_sparse(pax));
  TRY_STATUS(read_numbers(block, pax, entry));
  TRY_STATUS(read_device(block, entry));
  TRY_STATUS(read_xattrs(pax, entry));

  std::string stored(block.text(tar_field::name));
  if (block.is_posix() && !block.text(tar_field::prefix).empty()) {
    stored = fmt::format("{}/{}", block.text(tar_field::prefix), stored);
  }
  TRY(const std::string path, overrides.value(overrides.path, "path", std::move(stored)));
  if (path.empty()) return fail(ErrorKind::invalid_input, "it has no name");
  // Older archivers mark a directory only by the slash at its end.
  if (entry.type == TarEntry::Type::file && path.ends_with('/')) entry.type = TarEntry::Type::directory;
  TRY(entry.path, normal_path(path, limits_.allow_absolute));
  if (entry.path.empty() && entry.type != TarEntry::Type::directory) {
    return fail(ErrorKind::invalid_input, "the root is a {}", name_of(entry.type));
  }
  if (entry.type == TarEntry::Type::symlink || entry.type == TarEntry::Type::hard_link) {
    TRY(const std::string link,
        overrides.value(overrides.link, "linkpath", std::string(block.text(tar_field::link))));
    TRY(entry.link_target, link_target_of(entry, link, limits_.allow_absolute));
  }
  if (entry.type != TarEntry::Type::file && entry.size_bytes != 0) {
    return fail(ErrorKind::invalid_input, "\"{}\" is a {} with a content of {} bytes", entry.path,
                name_of(entry.type), entry.size_bytes);
  }
  if (entry.size_bytes > limits_.file_bytes) {
    return fail(ErrorKind::limit_exceeded, "\"{}\" has {} bytes, more than the {} allowed", entry.path,
                entry.size_bytes, limits_.file_bytes);
  }
  return entry;
}

Result<std::string> TarReader::read_payload(std::uint64_t size_bytes) {
  std::string payload;
  remaining_ = size_bytes;
  padding_ = padding_after(size_bytes);
  std::array<std::byte, 4096> buffer;
  while (true) {
    TRY(const std::size_t n, read(buffer));
    if (n == 0) break;
    payload.append(reinterpret_cast<const char*>(buffer.data()), n);
  }
  TRY_STATUS(skip_content());
  return payload;
}

Result<std::size_t> TarReader::read(std::span<std::byte> buffer) {
  if (failed_) return std::unexpected(*failed_);
  const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, buffer.size()));
  if (want == 0) return std::size_t{0};
  auto n = source_.read(buffer.first(want));
  if (n && *n == 0) n = wrong(fmt::format("the archive ends {} bytes before the content does", remaining_));
  if (!n) {
    failed_ = n.error();
    return n;
  }
  remaining_ -= *n;
  return n;
}

// The rest of the content, then what fills its last block (of any value, as archivers leave it).
Status TarReader::skip_content() {
  std::array<std::byte, 16384> buffer;
  while (remaining_ > 0) TRY_STATUS(read(buffer));
  remaining_ = std::exchange(padding_, 0);
  while (remaining_ > 0) TRY_STATUS(read(buffer));
  return {};
}

}  // namespace hauberk
