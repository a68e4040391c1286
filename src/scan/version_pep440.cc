// Python's order: [N!]N(.N)*[{a|b|rc}N][.postN][.devN][+local], and the spellings that are normalised to it.
//
// Spec: PEP 440, "Summary of permitted suffixes and relative ordering" and appendix B.
//
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <vector>

#include "base/fields.h"
#include "scan/version_order.h"
#include "scan/version_text.h"

namespace hauberk {
namespace {

// A part that may be absent. Where it is, `rank` says whether that comes before or after all that is there.
struct Part {
  int rank = 0;
  std::string_view number = {};
};

struct Parsed {
  std::string_view epoch = {};
  std::vector<std::string_view> release = {};  // without zeros at the end
  Part pre = {};
  Part post = {};
  Part dev = {};
  std::vector<std::string_view> local = {};
  bool has_local = false;
};

constexpr int lowest = -1;
constexpr int highest = 9;

constexpr std::array<std::pair<std::string_view, int>, 8> pre_names = {
    {{"alpha", 1}, {"a", 1}, {"beta", 2}, {"b", 2}, {"rc", 3}, {"c", 3}, {"preview", 3}, {"pre", 3}}};
constexpr std::array<std::pair<std::string_view, int>, 3> post_names = {{{"post", 1}, {"rev", 1}, {"r", 1}}};
constexpr std::array<std::pair<std::string_view, int>, 1> dev_names = {{{"dev", 1}}};

bool is_separator(char c) { return c == '.' || c == '-' || c == '_'; }

// [separator] name [separator] [number]; nothing is taken unless a name is there.
template <class Names>
std::optional<Part> take_part(std::string_view& text, const Names& names) {
  std::string_view rest = text;
  if (!rest.empty() && is_separator(rest[0])) rest.remove_prefix(1);
  for (const auto& [name, rank] : names) {
    if (!rest.starts_with(name)) continue;
    rest.remove_prefix(name.size());
    if (rest.size() > 1 && is_separator(rest[0]) && is_digit(rest[1])) rest.remove_prefix(1);
    const std::string_view number = take_while(rest, is_digit);
    text = rest;
    return Part{rank, number};
  }
  return std::nullopt;
}

// "1.0-1" is a post release too.
std::optional<Part> take_post(std::string_view& text) {
  if (text.size() > 1 && text[0] == '-' && is_digit(text[1])) {
    text.remove_prefix(1);
    return Part{1, take_while(text, is_digit)};
  }
  return take_part(text, post_names);
}

bool read_release(std::string_view& text, Parsed& parsed) {
  if (text.starts_with('v')) text.remove_prefix(1);
  std::string_view rest = text;
  if (const auto epoch = take_while(rest, is_digit); rest.starts_with('!') && !epoch.empty()) {
    parsed.epoch = epoch;
    text = rest.substr(1);
  }
  for (;;) {
    const std::string_view number = take_while(text, is_digit);
    if (number.empty()) return false;
    parsed.release.push_back(number);
    if (text.size() < 2 || text[0] != '.' || !is_digit(text[1])) break;
    text.remove_prefix(1);
  }
  while (!parsed.release.empty() && compare_numbers(parsed.release.back(), "0") == 0)
    parsed.release.pop_back();
  return true;
}

bool read_local(std::string_view text, Parsed& parsed) {
  if (text.empty()) return true;
  if (text[0] != '+') return false;
  text.remove_prefix(1);
  parsed.has_local = true;
  for (;;) {
    parsed.local.push_back(take_while(text, [](char c) { return is_digit(c) || is_lower(c); }));
    if (parsed.local.back().empty()) return false;
    if (text.empty()) return true;
    if (!is_separator(text[0])) return false;
    text.remove_prefix(1);
  }
}

std::optional<Parsed> parsed_of(std::string_view text) {
  Parsed parsed;
  if (!read_release(text, parsed)) return std::nullopt;
  const auto pre = take_part(text, pre_names);
  const auto post = take_post(text);
  const auto dev = take_part(text, dev_names);
  if (!read_local(text, parsed)) return std::nullopt;
  // A development release of a release stands before its alphas.
  parsed.pre = pre ? *pre : Part{!post && dev ? lowest : highest, {}};
  parsed.post = post ? *post : Part{lowest, {}};
  parsed.dev = dev ? *dev : Part{highest, {}};
  return parsed;
}

std::strong_ordering compare_parts(const Part& a, const Part& b) {
  if (a.rank != b.rank) return a.rank <=> b.rank;
  return compare_numbers(a.number, b.number);
}

std::strong_ordering compare_releases(const std::vector<std::string_view>& a,
                                      const std::vector<std::string_view>& b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (const auto order = compare_numbers(a[i], b[i]); order != 0) return order;
  }
  return a.size() <=> b.size();
}

// Numbers stand after words, and a longer one after its own start.
std::strong_ordering compare_locals(const Parsed& a, const Parsed& b) {
  if (a.has_local != b.has_local) return a.has_local <=> b.has_local;
  for (std::size_t i = 0; i < std::min(a.local.size(), b.local.size()); ++i) {
    const bool number_a = is_number(a.local[i]);
    const bool number_b = is_number(b.local[i]);
    if (number_a != number_b) return number_a <=> number_b;
    const auto order = number_a ? compare_numbers(a.local[i], b.local[i]) : a.local[i] <=> b.local[i];
    if (order != 0) return order;
  }
  return a.local.size() <=> b.local.size();
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

MaybeOrdering compare_pep440(std::string_view a, std::string_view b) {
  const std::string small_a = lowered(trimmed(a));
  const std::string small_b = lowered(trimmed(b));
  const auto of_a = parsed_of(small_a);
  const auto of_b = parsed_of(small_b);
  if (!of_a || !of_b) return std::nullopt;
  if (const auto order = compare_numbers(of_a->epoch, of_b->epoch); order != 0) return order;
  if (const auto order = compare_releases(of_a->release, of_b->release); order != 0) return order;
  if (const auto order = compare_parts(of_a->pre, of_b->pre); order != 0) return order;
  if (const auto order = compare_parts(of_a->post, of_b->post); order != 0) return order;
  if (const auto order = compare_parts(of_a->dev, of_b->dev); order != 0) return order;
  return compare_locals(*of_a, *of_b);
}

}  // namespace hauberk
