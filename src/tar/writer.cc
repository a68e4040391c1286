// SPDX-License-Identifier: Apache-2.0
#include "tar/writer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "tar/header.h"

namespace hauberk {
namespace {

char type_letter(TarEntry::Type type) {
  switch (type) {
    case TarEntry::Type::file: return '0';
    case TarEntry::Type::hard_link: return '1';
    case TarEntry::Type::symlink: return '2';
    case TarEntry::Type::character_device: return '3';
    case TarEntry::Type::block_device: return '4';
    case TarEntry::Type::directory: return '5';
    case TarEntry::Type::fifo: return '6';
  }
  return '0';
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0 && c < 127; });
}

// What readers without pax see of a text that ustar cannot hold.
std::string ascii_tail(std::string_view text, std::size_t size) {
  std::string tail(text.substr(text.size() > size ? text.size() - size : 0));
  for (char& c : tail) {
    if (c <= 0 || c >= 127) c = '_';
  }
  return tail;
}

// Where to cut a path into ustar's prefix and name; none if it fits nowhere.
std::optional<std::size_t> prefix_end(std::string_view path) {
  const std::size_t shortest = path.size() - tar_field::name.size - 1;
  const std::size_t slash = path.find('/', shortest);
  if (slash == std::string_view::npos || slash == 0 || slash > tar_field::prefix.size) return std::nullopt;
  if (slash + 1 == path.size()) return std::nullopt;
  return slash;
}

void set_path(TarBlock& block, PaxRecords& pax, const std::string& path) {
  if (is_ascii(path)) {
    if (path.size() <= tar_field::name.size) return block.set_text(tar_field::name, path);
    if (const auto cut = prefix_end(path)) {
      block.set_text(tar_field::prefix, std::string_view(path).substr(0, *cut));
      return block.set_text(tar_field::name, std::string_view(path).substr(*cut + 1));
    }
  }
  pax["path"] = path;
  block.set_text(tar_field::name, ascii_tail(path, tar_field::name.size));
}

void set_link(TarBlock& block, PaxRecords& pax, const std::string& target) {
  if (is_ascii(target) && target.size() <= tar_field::link.size) {
    return block.set_text(tar_field::link, target);
  }
  pax["linkpath"] = target;
  block.set_text(tar_field::link, ascii_tail(target, tar_field::link.size));
}

void set_number(TarBlock& block, PaxRecords& pax, TarField field, const char* keyword, std::int64_t value) {
  const bool fits = value >= 0 && static_cast<std::uint64_t>(value) <= octal_limit(field);
  if (!fits) pax[keyword] = std::to_string(value);
  block.set_octal(field, fits ? static_cast<std::uint64_t>(value) : 0);
}

void set_magic(TarBlock& block) { block.set_text(tar_field::magic, std::string_view("ustar\00000", 8)); }

TarBlock header_of(const TarEntry& entry, PaxRecords& pax) {
  TarBlock block;
  const bool directory = entry.type == TarEntry::Type::directory;
  set_path(block, pax, directory ? (entry.path.empty() ? "./" : entry.path + "/") : entry.path);
  set_link(block, pax, entry.link_target);
  block.set_octal(tar_field::mode, entry.mode);
  set_number(block, pax, tar_field::uid, "uid", entry.uid);
  set_number(block, pax, tar_field::gid, "gid", entry.gid);
  set_number(block, pax, tar_field::size, "size", static_cast<std::int64_t>(entry.size_bytes));
  set_number(block, pax, tar_field::mtime, "mtime", entry.mtime_seconds);
  block.set_octal(tar_field::major, entry.device_major);
  block.set_octal(tar_field::minor, entry.device_minor);
  for (const auto& [name, value] : entry.xattrs) pax["SCHILY.xattr." + name] = value;
  block.set_text(tar_field::type, std::string(1, type_letter(entry.type)));
  set_magic(block);
  block.set_checksum();
  return block;
}

TarBlock pax_header_of(std::size_t size_bytes) {
  TarBlock block;
  block.set_text(tar_field::name, "././@PaxHeader");
  block.set_octal(tar_field::mode, 0644);
  block.set_octal(tar_field::uid, 0);
  block.set_octal(tar_field::gid, 0);
  block.set_octal(tar_field::size, size_bytes);
  block.set_octal(tar_field::mtime, 0);
  block.set_text(tar_field::type, "x");
  set_magic(block);
  block.set_checksum();
  return block;
}

// An entry that a reader would refuse, or read as another one, is not written.
Status check(const TarEntry& entry) {
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorKind::invalid_input, "cannot write \"{}\" to a tar archive: {}", entry.path, why);
  };
  const auto path = normal_path(entry.path);
  if (!path) return refuse(path.error().message);
  if (*path != entry.path) return refuse("the path is not in its normal form");
  const bool link = entry.type == TarEntry::Type::symlink || entry.type == TarEntry::Type::hard_link;
  if (path->empty() && entry.type != TarEntry::Type::directory) return refuse("the root is a directory");
  if (link == entry.link_target.empty()) return refuse("a link, and nothing else, has a target");
  if (entry.link_target.size() > 4096 || entry.link_target.find('\0') != std::string::npos) {
    return refuse("the link's target is too long or contains a NUL");
  }
  if (entry.type == TarEntry::Type::hard_link && normal_path(entry.link_target) != entry.link_target) {
    return refuse("the hard link's target is not a path in its normal form");
  }
  if (entry.type != TarEntry::Type::file && entry.size_bytes != 0) return refuse("only files have a content");
  if (entry.size_bytes > INT64_MAX) return refuse("it is too large");
  if (entry.mode > 07777) return refuse("the mode is above 07777");
  if (entry.device_major > octal_limit(tar_field::major) ||
      entry.device_minor > octal_limit(tar_field::minor)) {
    return refuse("the device number is above 2097151");
  }
  for (const auto& [name, value] : entry.xattrs) {
    if (name.empty() || name.size() > 255 ||
        name.find_first_of(std::string_view("\0=", 2)) != std::string::npos) {
      return refuse("an extended attribute without a proper name");
    }
  }
  return {};
}

}  // namespace

Status TarWriter::add(const TarEntry& entry) {
  if (remaining_ > 0) {
    return fail(ErrorKind::invalid_input,
                "cannot write \"{}\" to a tar archive: {} bytes of the file before it are missing",
                entry.path, remaining_);
  }
  TRY_STATUS(check(entry));
  TRY_STATUS(pad());
  PaxRecords pax;
  TarBlock header = header_of(entry, pax);
  if (!pax.empty()) {
    const std::string records = pax_text(pax);
    TRY_STATUS(sink_.write(pax_header_of(records.size()).bytes()));
    TRY_STATUS(write_text(sink_, records));
    padding_ = (tar_block_bytes - records.size() % tar_block_bytes) % tar_block_bytes;
    TRY_STATUS(pad());
  }
  remaining_ = entry.size_bytes;
  padding_ = (tar_block_bytes - remaining_ % tar_block_bytes) % tar_block_bytes;
  return sink_.write(header.bytes());
}

Status TarWriter::write(std::span<const std::byte> bytes) {
  if (bytes.size() > remaining_) {
    return fail(ErrorKind::invalid_input,
                "cannot write to a tar archive: the file has more bytes than its entry says");
  }
  remaining_ -= bytes.size();
  return sink_.write(bytes);
}

Status TarWriter::add_file(TarEntry entry, std::string_view content) {
  entry.size_bytes = content.size();
  TRY_STATUS(add(entry));
  return write(std::as_bytes(std::span(content)));
}

Status TarWriter::finish() {
  if (remaining_ > 0) {
    return fail(ErrorKind::invalid_input,
                "cannot finish a tar archive: {} bytes of the last file are missing", remaining_);
  }
  TRY_STATUS(pad());
  const std::array<std::byte, 2 * tar_block_bytes> end{};
  return sink_.write(end);
}

Status TarWriter::pad() {
  const std::array<std::byte, tar_block_bytes> zeros{};
  const auto size = static_cast<std::size_t>(std::exchange(padding_, 0));
  return size == 0 ? Status() : sink_.write(std::span(zeros).first(size));
}

}  // namespace hauberk
