// Semantic versions, as npm, Cargo, Go modules and OSV's SEMVER ranges write them.
//
// Spec: semver.org 2.0.0, section 11. Beyond it, as the wild has it: a "v" or "=" before it, and missing
// minor and patch numbers, which are zero.
//
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "base/fields.h"
#include "scan/version_order.h"
#include "scan/version_text.h"

namespace hauberk {
namespace {

struct Parsed {
  std::array<std::string_view, 3> numbers = {};
  std::string_view pre_release = {};  // empty: none
};

bool is_identifiers(std::string_view text) {
  for (const std::string_view part : split(text, '.')) {
    const bool fits =
        std::ranges::all_of(part, [](char c) { return is_digit(c) || is_lower(to_lower(c)) || c == '-'; });
    if (part.empty() || !fits) return false;
  }
  return true;
}

bool read_numbers(std::string_view text, Parsed& parsed) {
  const auto parts = split(text, '.');
  if (parts.size() > parsed.numbers.size()) return false;
  std::ranges::copy(parts, parsed.numbers.begin());
  return std::ranges::all_of(parts, is_number);
}

std::optional<Parsed> parsed_of(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('=')) text.remove_prefix(1);
  if (text.starts_with('v') || text.starts_with('V')) text.remove_prefix(1);
  if (const auto plus = text.find('+'); plus != std::string_view::npos) {
    if (!is_identifiers(text.substr(plus + 1))) return std::nullopt;
    text = text.substr(0, plus);
  }
  Parsed parsed;
  const auto hyphen = text.find('-');
  if (!read_numbers(text.substr(0, hyphen), parsed)) return std::nullopt;
  if (hyphen != std::string_view::npos) {
    parsed.pre_release = text.substr(hyphen + 1);
    if (!is_identifiers(parsed.pre_release)) return std::nullopt;
  }
  return parsed;
}

std::strong_ordering compare_identifiers(std::string_view a, std::string_view b) {
  const bool number_a = is_number(a);
  const bool number_b = is_number(b);
  if (number_a && number_b) return compare_numbers(a, b);
  if (number_a != number_b) return number_a ? std::strong_ordering::less : std::strong_ordering::greater;
  return a <=> b;
}

std::strong_ordering compare_pre_releases(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.empty() <=> b.empty();
  const auto of_a = split(a, '.');
  const auto of_b = split(b, '.');
  for (std::size_t i = 0; i < std::min(of_a.size(), of_b.size()); ++i) {
    if (const auto order = compare_identifiers(of_a[i], of_b[i]); order != 0) return order;
  }
  return of_a.size() <=> of_b.size();
}

}  // namespace

MaybeOrdering compare_semver(std::string_view a, std::string_view b) {
  const auto of_a = parsed_of(a);
  const auto of_b = parsed_of(b);
  if (!of_a || !of_b) return std::nullopt;
  for (std::size_t i = 0; i < of_a->numbers.size(); ++i) {
    if (const auto order = compare_numbers(of_a->numbers[i], of_b->numbers[i]); order != 0) return order;
  }
  return compare_pre_releases(of_a->pre_release, of_b->pre_release);
}

}  // namespace hauberk
