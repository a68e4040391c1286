// SPDX-License-Identifier: Apache-2.0
#include "base/foreign_time.h"

#include <algorithm>
#include <optional>
#include <string>

namespace hauberk {
namespace {

std::optional<int> two_digits(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 2 || !std::ranges::all_of(text, is_digit)) return std::nullopt;
  return (text[0] - '0') * 10 + (text[1] - '0');
}

// "Z", "+01:00"
std::optional<std::chrono::seconds> offset_from_utc(std::string_view text) {
  if (text == "Z" || text == "z") return std::chrono::seconds(0);
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const auto hours = two_digits(text.substr(1, 2)), minutes = two_digits(text.substr(4, 2));
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::chrono::seconds offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return text[0] == '-' ? -offset : offset;
}

// Without a fraction at its start; none: there is a point, and no digit after it.
std::optional<std::string_view> after_fraction(std::string_view text) {
  if (!text.starts_with('.')) return text;
  const auto end = std::min(text.find_first_not_of("0123456789", 1), text.size());
  return end == 1 ? std::nullopt : std::optional(text.substr(end));
}

}  // namespace

Result<Time> parse_any_rfc3339(std::string_view text) {
  constexpr std::size_t whole_seconds = 19;  // "2026-01-31T12:00:00"
  const auto wrong = [&] {
    return fail(ErrorKind::invalid_input, "\"{}\" is not a time of the form 2026-01-31T12:00:00.5+01:00",
                text);
  };
  if (text.size() <= whole_seconds || (text[10] != 'T' && text[10] != 't')) return wrong();
  std::string local(text.substr(0, whole_seconds));
  local[10] = 'T';
  const auto time = parse_rfc3339(local + 'Z');
  const auto rest = after_fraction(text.substr(whole_seconds));
  const auto offset = rest ? offset_from_utc(*rest) : std::nullopt;
  if (!time || !offset) return wrong();
  return *time - *offset;
}

}  // namespace hauberk
