// SPDX-License-Identifier: Apache-2.0
#include "tar/header.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>

namespace hauberk {
namespace {

// Big-endian two's complement below the marker bit: 0x80 0x00 ... for positive, 0xff ... for negative.
Result<std::int64_t> base256(std::string_view field) {
  const bool negative = (static_cast<unsigned char>(field[0]) & 0x40) != 0;
  std::uint64_t value = negative ? ~std::uint64_t{0} : 0;
  const unsigned char fill = negative ? 0xff : 0;
  for (std::size_t i = 0; i < field.size(); ++i) {
    auto byte = static_cast<unsigned char>(field[i]);
    if (i == 0) byte = static_cast<unsigned char>(negative ? byte | 0x80 : byte & 0x7f);
    if (i + 8 < field.size() && byte != fill) {
      return fail(ErrorKind::invalid_input, "a number above 63 bits");
    }
    value = (value << 8) | byte;
  }
  const auto number = static_cast<std::int64_t>(value);
  if ((number < 0) != negative) return fail(ErrorKind::invalid_input, "a number above 63 bits");
  return number;
}

Result<std::int64_t> octal(std::string_view field) {
  const std::size_t first = field.find_first_not_of(' ');
  if (first == std::string_view::npos || field[first] == '\0') return 0;
  std::size_t at = first;
  std::uint64_t value = 0;
  for (; at < field.size() && field[at] >= '0' && field[at] <= '7'; ++at) {
    value = value * 8 + static_cast<std::uint64_t>(field[at] - '0');  // at most 12 digits: 36 bits
  }
  const std::string_view end = field.substr(at);
  if (at == first || (!end.empty() && end[0] != ' ' && end[0] != '\0')) {
    return fail(ErrorKind::invalid_input, "a number that is not octal");
  }
  return static_cast<std::int64_t>(value);
}

}  // namespace

bool TarBlock::is_zero() const {
  return std::all_of(block_.begin(), block_.end(), [](char c) { return c == 0; });
}

std::string_view TarBlock::text(TarField field) const {
  const std::string_view all(block_.data() + field.offset, field.size);
  return all.substr(0, all.find('\0'));
}

bool TarBlock::is_posix() const {
  const std::string_view magic(block_.data() + tar_field::magic.offset, 6);
  return magic == std::string_view("ustar\0", 6);
}

Result<std::int64_t> TarBlock::number(TarField field) const {
  const std::string_view bytes(block_.data() + field.offset, field.size);
  return (static_cast<unsigned char>(bytes[0]) & 0x80) != 0 ? base256(bytes) : octal(bytes);
}

bool TarBlock::checksum_holds() const {
  const auto stored = number(tar_field::checksum);
  if (!stored) return false;
  std::int64_t as_unsigned = 0;
  std::int64_t as_signed = 0;
  for (std::size_t i = 0; i < block_.size(); ++i) {
    const bool own =
        i >= tar_field::checksum.offset && i < tar_field::checksum.offset + tar_field::checksum.size;
    const char c = own ? ' ' : block_[i];
    as_unsigned += static_cast<unsigned char>(c);
    as_signed += static_cast<signed char>(c);
  }
  return *stored == as_unsigned || *stored == as_signed;
}

void TarBlock::set_text(TarField field, std::string_view text) {
  std::copy_n(text.begin(), std::min(text.size(), field.size),
              block_.begin() + static_cast<std::ptrdiff_t>(field.offset));
}

void TarBlock::set_octal(TarField field, std::uint64_t value) {
  if (value > octal_limit(field)) std::abort();
  for (std::size_t i = field.size - 1; i-- > 0; value /= 8) {
    block_[field.offset + i] = static_cast<char>('0' + value % 8);
  }
}

void TarBlock::set_checksum() {
  std::uint64_t sum = 0;
  for (const char c : block_) sum += static_cast<unsigned char>(c);  // the field is still zero
  sum += ' ' * tar_field::checksum.size;
  set_octal({tar_field::checksum.offset, 7}, sum);
  block_[tar_field::checksum.offset + 7] = ' ';
}

Result<PaxRecords> parse_pax(std::string_view payload) {
  PaxRecords records;
  while (!payload.empty()) {
    std::size_t length = 0;
    const char* const end = payload.data() + std::min<std::size_t>(payload.size(), 20);
    const auto [after, error] = std::from_chars(payload.data(), end, length);
    const auto digits = static_cast<std::size_t>(after - payload.data());
    if (error != std::errc{} || digits == 0 || after == end || *after != ' ') {
      return fail(ErrorKind::invalid_input, "a pax record without a length");
    }
    if (length > payload.size() || length < digits + 3 || payload[length - 1] != '\n') {
      return fail(ErrorKind::invalid_input, "a pax record whose length {} is not that of the record", length);
    }
    const std::string_view record = payload.substr(digits + 1, length - digits - 2);
    const std::size_t equals = record.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      return fail(ErrorKind::invalid_input, "a pax record without a keyword");
    }
    records.insert_or_assign(std::string(record.substr(0, equals)), std::string(record.substr(equals + 1)));
    payload.remove_prefix(length);
  }
  return records;
}

std::string pax_text(const PaxRecords& records) {
  std::string text;
  for (const auto& [keyword, value] : records) {
    const std::size_t rest = keyword.size() + value.size() + 3;  // blank, equals sign, newline
    std::size_t length = rest + 1;
    while (rest + std::to_string(length).size() != length) ++length;
    text += fmt::format("{} {}={}\n", length, keyword, value);
  }
  return text;
}

Result<std::int64_t> parse_pax_time(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = point < text.size() ? text.substr(point + 1) : std::string_view();
  std::int64_t seconds = 0;
  const auto [after, error] = std::from_chars(whole.data(), whole.data() + whole.size(), seconds);
  if (whole.empty() || error != std::errc{} || after != whole.data() + whole.size() ||
      fraction.find_first_not_of("0123456789") != std::string_view::npos) {
    return fail(ErrorKind::invalid_input, "a pax time that is no number");
  }
  const bool below = whole[0] == '-' && fraction.find_first_not_of('0') != std::string_view::npos;
  if (!below) return seconds;
  if (seconds == std::numeric_limits<std::int64_t>::min()) {
    return fail(ErrorKind::invalid_input, "a pax time that is no number");
  }
  return seconds - 1;
}

Result<std::uint64_t> parse_pax_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [after, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || after != text.data() + text.size()) {
    return fail(ErrorKind::invalid_input, "a pax number that is none");
  }
  return number;
}

}  // namespace hauberk
