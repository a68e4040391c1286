// SPDX-License-Identifier: Apache-2.0
#include "deb/version.h"

namespace hauberk {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

struct Parts {
  std::string_view epoch, upstream, revision;
};

// The epoch ends at the first colon, the revision begins after the last hyphen; both may be absent. A
// colon after something else than digits is no epoch's: such text is no version, but has an order.
Parts split(std::string_view text) {
  Parts parts;
  const std::size_t colon = text.find_first_not_of("0123456789");
  if (colon != std::string_view::npos && text[colon] == ':') {
    parts.epoch = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  const std::size_t hyphen = text.rfind('-');
  parts.upstream = text.substr(0, hyphen);
  if (hyphen != std::string_view::npos) parts.revision = text.substr(hyphen + 1);
  return parts;
}

std::string_view without_zeros(std::string_view digits) {
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? std::string_view() : digits.substr(first);
}

std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
  a = without_zeros(a);
  b = without_zeros(b);
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a <=> b;
}

// A tilde sorts before the end, letters before all other characters.
int order(char c) {
  if (c == '~') return -1;
  if (is_alpha(c)) return c;
  return static_cast<unsigned char>(c) + 256;
}

std::string_view take_digits(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && is_digit(text[size])) ++size;
  const std::string_view digits = text.substr(0, size);
  text.remove_prefix(size);
  return digits;
}

// Alternately the characters up to the next number, by order(), and that number by its value.
std::strong_ordering compare_part(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    while ((!a.empty() && !is_digit(a[0])) || (!b.empty() && !is_digit(b[0]))) {
      const int of_a = a.empty() || is_digit(a[0]) ? 0 : order(a[0]);
      const int of_b = b.empty() || is_digit(b[0]) ? 0 : order(b[0]);
      if (of_a != of_b) return of_a <=> of_b;
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
    const auto numbers = compare_numbers(take_digits(a), take_digits(b));
    if (numbers != 0) return numbers;
  }
  return std::strong_ordering::equal;
}

bool all_of(std::string_view text, std::string_view punctuation) {
  for (const char c : text) {
    if (!is_digit(c) && !is_alpha(c) && punctuation.find(c) == std::string_view::npos) return false;
  }
  return true;
}

}  // namespace

Result<Version> Version::parse(std::string_view text) {
  constexpr std::size_t longest = 256;
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorKind::invalid_input, "\"{}\" is no version: {}", text.substr(0, longest), why);
  };
  if (text.empty()) return fail(ErrorKind::invalid_input, "a version is empty");
  if (text.size() > longest) return refuse("it is longer than 256 bytes");
  const std::size_t colon = text.find(':');
  const Parts parts = split(text);
  if (colon != std::string_view::npos && (parts.epoch.empty() || without_zeros(parts.epoch).size() > 9)) {
    return refuse("its epoch is no number below 1000000000");
  }
  if (parts.upstream.empty()) return refuse("it has no upstream version");
  if (text.ends_with('-')) return refuse("its revision is empty");
  if (!all_of(parts.upstream, colon == std::string_view::npos ? ".+-~" : ".+-~:") ||
      !all_of(parts.revision, ".+~")) {
    return refuse("only letters, digits and . + - ~ are allowed");
  }
  return Version(std::string(text));
}

std::strong_ordering compare_versions(std::string_view a, std::string_view b) {
  const Parts of_a = split(a);
  const Parts of_b = split(b);
  if (const auto epoch = compare_numbers(of_a.epoch, of_b.epoch); epoch != 0) return epoch;
  if (const auto upstream = compare_part(of_a.upstream, of_b.upstream); upstream != 0) return upstream;
  return compare_part(of_a.revision, of_b.revision);
}

std::strong_ordering operator<=>(const Version& a, const Version& b) {
  return compare_versions(a.text_, b.text_);
}

}  // namespace hauberk
