// SPDX-License-Identifier: Apache-2.0
#include "facts/secrets_text.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/base64.h"

namespace hauberk {
namespace {

constexpr std::string_view base62_digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view bech32_digits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

std::array<std::size_t, 256> histogram(std::string_view text) {
  std::array<std::size_t, 256> counts{};
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
  return counts;
}

// One step of BIP 173's polynomial.
std::uint32_t bech32_step(std::uint32_t sum, std::uint32_t value) {
  constexpr std::array<std::uint32_t, 5> generators = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                                       0x2a1462b3};
  const std::uint32_t top = sum >> 25;
  sum = ((sum & 0x1ffffff) << 5) ^ value;
  for (std::size_t i = 0; i < generators.size(); ++i) {
    if ((top >> i) & 1) sum ^= generators[i];
  }
  return sum;
}

}  // namespace

bool is_in(Alphabet alphabet, char c) {
  switch (alphabet) {
    case Alphabet::digits: return is_digit(c);
    case Alphabet::lower_hex: return is_digit(c) || (c >= 'a' && c <= 'f');
    case Alphabet::hex: return is_digit(c) || (lowered(c) >= 'a' && lowered(c) <= 'f');
    case Alphabet::base32: return is_upper(c) || (c >= '2' && c <= '7');
    case Alphabet::upper_alnum: return is_upper(c) || is_digit(c);
    case Alphabet::alnum: return is_alnum(c);
    case Alphabet::base64: return is_alnum(c) || c == '+' || c == '/' || c == '=';
    case Alphabet::base64url: return is_word(c) || c == '-';
    case Alphabet::dotted: return is_word(c) || c == '-' || c == '.';
  }
  return false;
}

std::size_t run_length(std::string_view text, std::size_t at, Alphabet alphabet, std::size_t most) {
  std::size_t length = 0;
  while (length < most && at + length < text.size() && is_in(alphabet, text[at + length])) ++length;
  return length;
}

bool begins_word(std::string_view text, std::size_t at) {
  if (at == 0 || !is_word(text[at - 1])) return true;
  const char before = text[at - 1];
  return at > 1 && text[at - 2] == '\\' && (before == 'n' || before == 't' || before == 'r');
}

std::string lowercase(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), lowered);
  return lower;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string_view window(std::string_view text, std::size_t at, std::size_t before, std::size_t after) {
  const std::size_t begin = at - std::min(at, before);
  return text.substr(begin, at - begin + after);
}

double entropy(std::string_view text) {
  double bits = 0;
  for (const std::size_t count : histogram(text)) {
    if (count == 0) continue;
    const double share = static_cast<double>(count) / static_cast<double>(text.size());
    bits -= share * std::log2(share);
  }
  return bits;
}

std::size_t variety(std::string_view text) {
  const auto counts = histogram(text);
  return counts.size() - static_cast<std::size_t>(std::ranges::count(counts, std::size_t{0}));
}

// Letters that stand for nothing count for zero: what nearly is a secret's base64 is still looked at.
std::optional<std::string> decode_base64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string letters(text);
  std::ranges::replace(letters, '+', '-');
  std::ranges::replace(letters, '/', '_');
  letters.resize((text.size() + 3) / 4 * 4, 'A');
  auto bytes = parse_base64url(letters);
  if (!bytes) return std::nullopt;
  bytes->resize(text.size() * 3 / 4);
  return *std::move(bytes);
}

std::uint32_t crc32(std::string_view text) {
  std::uint32_t sum = 0xffffffff;
  for (const char c : text) {
    sum ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1) ^ ((sum & 1) != 0 ? 0xedb88320 : 0);
  }
  return ~sum;
}

std::string crc32_base62(std::string_view text) {
  std::uint32_t rest = crc32(text);
  std::string digits(6, '0');
  for (std::size_t i = digits.size(); i-- > 0; rest /= 62) digits[i] = base62_digits[rest % 62];
  return digits;
}

std::string bech32_checksum(std::string_view part, std::string_view data) {
  std::uint32_t sum = 1;
  for (const char c : part) sum = bech32_step(sum, static_cast<unsigned char>(c) >> 5);
  sum = bech32_step(sum, 0);
  for (const char c : part) sum = bech32_step(sum, c & 31);
  for (const char c : data) {
    const std::size_t digit = bech32_digits.find(c);
    if (digit == std::string_view::npos) return {};
    sum = bech32_step(sum, static_cast<std::uint32_t>(digit));
  }
  for (int i = 0; i < 6; ++i) sum = bech32_step(sum, 0);
  std::string checksum;
  for (int shift = 25; shift >= 0; shift -= 5) checksum += bech32_digits[((sum ^ 1) >> shift) & 31];
  return checksum;
}

}  // namespace hauberk
