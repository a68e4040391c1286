// SPDX-License-Identifier: Apache-2.0
#include "assemble/file_facts.h"

#include <algorithm>

namespace hauberk {
namespace {

constexpr std::string_view type_letters = "fhlcbdp";  // in the order of TarEntry::Type
constexpr std::size_t read_bytes = 64 << 10;

std::unexpected<Error> wrong() {
  return fail(ErrorKind::invalid_input, "a record of a file is not of the form");
}

std::uint64_t zigzag(std::int64_t number) {
  return (static_cast<std::uint64_t>(number) << 1) ^ static_cast<std::uint64_t>(number >> 63);
}

std::int64_t unzigzag(std::uint64_t number) {
  return static_cast<std::int64_t>((number >> 1) ^ (~(number & 1) + 1));
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, text.size());
  out += text;
}

Result<std::string_view> take_text(std::string_view& bytes, std::size_t longest) {
  TRY(const std::uint64_t size, take_number(bytes));
  if (size > longest || size > bytes.size()) return wrong();
  const std::string_view text = bytes.substr(0, static_cast<std::size_t>(size));
  bytes.remove_prefix(text.size());
  return text;
}

Result<std::uint32_t> take_small(std::string_view& bytes, std::uint32_t largest) {
  TRY(const std::uint64_t number, take_number(bytes));
  if (number > largest) return wrong();
  return static_cast<std::uint32_t>(number);
}

// A record with views into its bytes.
struct Fields {
  TarEntry::Type type;
  std::uint32_t mode, uid, gid;
  std::uint64_t size_bytes;
  std::int64_t mtime_seconds;
  std::string_view path, link_target, sha256_hex;
};

Result<Fields> take_fields(std::string_view& bytes) {
  constexpr std::size_t longest_path = 4096;
  const auto type = bytes.empty() ? std::string_view::npos : type_letters.find(bytes.front());
  if (type == std::string_view::npos) return wrong();
  bytes.remove_prefix(1);
  Fields fields{};
  fields.type = static_cast<TarEntry::Type>(type);
  TRY(fields.mode, take_small(bytes, 07777));
  TRY(fields.uid, take_small(bytes, UINT32_MAX));
  TRY(fields.gid, take_small(bytes, UINT32_MAX));
  TRY(fields.size_bytes, take_number(bytes));
  TRY(const std::uint64_t time, take_number(bytes));
  fields.mtime_seconds = unzigzag(time);
  TRY(fields.path, take_text(bytes, longest_path));
  TRY(fields.link_target, take_text(bytes, longest_path));
  TRY(fields.sha256_hex, take_text(bytes, 64));
  return fields;
}

}  // namespace

void put_number(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) out += static_cast<char>(number | 0x80);
  out += static_cast<char>(number);
}

Result<std::uint64_t> take_number(std::string_view& bytes) {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    if (shift == 63 && byte > 1) return wrong();
    number |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return number;
  }
  return wrong();
}

void put_record(std::string& out, const TarEntry& entry, std::string_view sha256_hex) {
  out += type_letters[static_cast<std::size_t>(entry.type)];
  put_number(out, entry.mode);
  put_number(out, entry.uid);
  put_number(out, entry.gid);
  put_number(out, entry.size_bytes);
  put_number(out, zigzag(entry.mtime_seconds));
  put_text(out, entry.path);
  put_text(out, entry.link_target);
  put_text(out, sha256_hex);
}

Result<FileFact> take_record(std::string_view& bytes) {
  TRY(const Fields fields, take_fields(bytes));
  FileFact fact;
  fact.entry.type = fields.type;
  fact.entry.path = fields.path;
  fact.entry.link_target = fields.link_target;
  fact.entry.mode = fields.mode;
  fact.entry.uid = fields.uid;
  fact.entry.gid = fields.gid;
  fact.entry.size_bytes = fields.size_bytes;
  fact.entry.mtime_seconds = fields.mtime_seconds;
  if (!fields.sha256_hex.empty()) {
    TRY(fact.digest, Digest::of_hex(Digest::Algorithm::sha256, fields.sha256_hex));
  }
  return fact;
}

Result<std::string_view> skip_record(std::string_view& bytes) {
  TRY(const Fields fields, take_fields(bytes));
  return fields.path;
}

Result<std::optional<FileFact>> RecordReader::next() {
  while (!ended_ && buffer_.size() - at_ < most_record_bytes) {
    buffer_.erase(0, at_);
    at_ = 0;
    const std::size_t begin = buffer_.size();
    buffer_.resize(begin + read_bytes);
    TRY(const std::size_t size, source_.read(std::as_writable_bytes(std::span(buffer_)).subspan(begin)));
    buffer_.resize(begin + size);
    ended_ = size == 0;
  }
  if (at_ == buffer_.size()) return std::nullopt;
  std::string_view rest = std::string_view(buffer_).substr(at_);
  TRY(FileFact fact, take_record(rest));
  at_ = buffer_.size() - rest.size();
  return fact;
}

}  // namespace hauberk
