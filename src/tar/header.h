// The 512-byte header block of a tar archive, and the numbers and pax records in and around it.
//
//   0 name 100 | 100 mode 8 | 108 uid 8 | 116 gid 8 | 124 size 12 | 136 mtime 12 | 148 checksum 8
//   156 type 1 | 157 link 100 | 257 magic 6, version 2 | 265 user 32 | 297 group 32
//   329 major 8 | 337 minor 8 | 345 prefix 155 | 500 zero 12
//
// Private to src/tar. Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hauberk {

constexpr std::size_t tar_block_bytes = 512;

struct TarField {
  std::size_t offset;
  std::size_t size;
};

namespace tar_field {
constexpr TarField name{0, 100}, mode{100, 8}, uid{108, 8}, gid{116, 8}, size{124, 12}, mtime{136, 12},
    checksum{148, 8}, type{156, 1}, link{157, 100}, magic{257, 8}, major{329, 8}, minor{337, 8},
    prefix{345, 155};
}  // namespace tar_field

class TarBlock {
 public:
  std::span<std::byte> bytes() { return std::as_writable_bytes(std::span(block_)); }

  bool is_zero() const;

  // A field's bytes up to its first NUL.
  std::string_view text(TarField field) const;
  char type() const { return block_[tar_field::type.offset]; }

  // POSIX ("ustar\0" "00") has a prefix field; GNU ("ustar  \0") uses its place for other things.
  bool is_posix() const;

  // Octal digits among blanks and NULs, or GNU's base-256 (first bit set), which may be negative.
  // An empty field is 0. invalid_input: anything else, or a number that 63 bits cannot hold.
  Result<std::int64_t> number(TarField field) const;

  // The stored checksum is the sum of all bytes, the checksum's own taken as blanks; bytes count as
  // unsigned, or as signed, as some old archivers had it.
  bool checksum_holds() const;

  void set_text(TarField field, std::string_view text);
  // Octal, zero-padded, ended by a NUL. The value must fit.
  void set_octal(TarField field, std::uint64_t value);
  void set_checksum();

 private:
  std::array<char, tar_block_bytes> block_{};
};

// The largest value that an octal field of ours holds.
constexpr std::uint64_t octal_limit(TarField field) {
  return (std::uint64_t{1} << (3 * (field.size - 1))) - 1;
}

// Records of a pax extended header: "<length> <keyword>=<value>\n". The last of equal keywords wins.
// invalid_input: lengths that do not agree with the records, an empty keyword.
using PaxRecords = std::map<std::string, std::string, std::less<>>;
Result<PaxRecords> parse_pax(std::string_view payload);
std::string pax_text(const PaxRecords& records);

// Decimal seconds with an optional sign and fraction, rounded down.
Result<std::int64_t> parse_pax_time(std::string_view text);
Result<std::uint64_t> parse_pax_number(std::string_view text);

}  // namespace hauberk
