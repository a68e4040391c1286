// RubyGems' order.
//
// Spec: Gem::Version: segments of digits or letters; "-" is ".pre."; a word stands before any number; zeros
// at the end, and before the first word, do not count.
//
// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "scan/version_order.h"
#include "scan/version_text.h"

namespace hauberk {
namespace {

bool is_letter(char c) { return is_lower(to_lower(c)); }

using Segments = std::vector<std::string_view>;

void drop_zeros(Segments& segments) {
  while (!segments.empty() && is_number(segments.back()) && compare_numbers(segments.back(), "") == 0) {
    segments.pop_back();
  }
}

std::optional<Segments> segments_of(std::string_view text) {
  Segments segments;
  bool has_word = false;
  const auto add = [&](std::string_view segment) {
    if (!is_number(segment) && !has_word) {
      has_word = true;
      drop_zeros(segments);
    }
    segments.push_back(segment);
  };
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  if (text.empty() || !is_digit(text[0])) return std::nullopt;
  bool after_separator = true;
  while (!text.empty()) {
    if (text[0] == '.' || text[0] == '-') {
      if (after_separator) return std::nullopt;
      if (text[0] == '-') add("pre");
      text.remove_prefix(1);
      after_separator = true;
      continue;
    }
    const auto segment = is_digit(text[0]) ? take_while(text, is_digit) : take_while(text, is_letter);
    if (segment.empty()) return std::nullopt;
    add(segment);
    after_separator = false;
  }
  if (after_separator) return std::nullopt;
  drop_zeros(segments);
  return segments;
}

std::strong_ordering compare_segments(std::string_view a, std::string_view b) {
  const bool number_a = is_number(a);
  const bool number_b = is_number(b);
  if (number_a != number_b) return number_a <=> number_b;
  return number_a ? compare_numbers(a, b) : a <=> b;
}

}  // namespace

MaybeOrdering compare_gem(std::string_view a, std::string_view b) {
  const auto of_a = segments_of(a);
  const auto of_b = segments_of(b);
  if (!of_a || !of_b) return std::nullopt;
  const auto at = [](const Segments& segments, std::size_t i) {
    return i < segments.size() ? segments[i] : std::string_view("0");
  };
  for (std::size_t i = 0; i < std::max(of_a->size(), of_b->size()); ++i) {
    if (const auto order = compare_segments(at(*of_a, i), at(*of_b, i)); order != 0) return order;
  }
  return std::strong_ordering::equal;
}

}  // namespace hauberk
