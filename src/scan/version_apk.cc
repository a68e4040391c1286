// Alpine's order: 1.2.3a_rc1_p2~abcdef-r4.
//
// Spec: apk-tools, src/version.c. The tokens are compared one by one; where one version ends or goes on with
// a token of another kind, the earlier kind is the greater, but for suffixes that stand before a release.
//
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <vector>

#include "scan/version_order.h"
#include "scan/version_text.h"

namespace hauberk {
namespace {

enum class Kind { initial, digits, letter, suffix, suffix_number, hash, revision, end };

struct Token {
  Kind kind;
  std::string_view text;
  int rank = 0;  // of a suffix; below zero: before the release
};

constexpr std::array<std::pair<std::string_view, int>, 9> suffixes = {{{"alpha", -4},
                                                                       {"beta", -3},
                                                                       {"pre", -2},
                                                                       {"rc", -1},
                                                                       {"cvs", 1},
                                                                       {"svn", 2},
                                                                       {"git", 3},
                                                                       {"hg", 4},
                                                                       {"p", 5}}};

std::optional<Token> suffix_of(std::string_view name) {
  for (const auto& [known, rank] : suffixes) {
    if (known == name) return Token{Kind::suffix, name, rank};
  }
  return std::nullopt;
}

bool read_suffixes(std::string_view& rest, std::vector<Token>& tokens) {
  while (rest.starts_with('_')) {
    rest.remove_prefix(1);
    const auto suffix = suffix_of(take_while(rest, is_lower));
    if (!suffix) return false;
    tokens.push_back(*suffix);
    if (const auto number = take_while(rest, is_digit); !number.empty()) {
      tokens.push_back({Kind::suffix_number, number});
    }
  }
  return true;
}

bool read_digits(std::string_view& rest, std::vector<Token>& tokens) {
  tokens.push_back({Kind::initial, take_while(rest, is_digit)});
  if (tokens.back().text.empty()) return false;
  while (rest.starts_with('.')) {
    rest.remove_prefix(1);
    tokens.push_back({Kind::digits, take_while(rest, is_digit)});
    if (tokens.back().text.empty()) return false;
  }
  return true;
}

std::optional<std::vector<Token>> tokens_of(std::string_view rest) {
  std::vector<Token> tokens;
  if (!read_digits(rest, tokens)) return std::nullopt;
  if (!rest.empty() && is_lower(rest[0])) {
    tokens.push_back({Kind::letter, rest.substr(0, 1)});
    rest.remove_prefix(1);
  }
  if (!read_suffixes(rest, tokens)) return std::nullopt;
  if (rest.starts_with('~')) {
    rest.remove_prefix(1);
    const auto is_hex = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };
    tokens.push_back({Kind::hash, take_while(rest, is_hex)});
    if (tokens.back().text.empty()) return std::nullopt;
  }
  if (rest.starts_with("-r")) {
    rest.remove_prefix(2);
    tokens.push_back({Kind::revision, take_while(rest, is_digit)});
    if (tokens.back().text.empty()) return std::nullopt;
  }
  if (!rest.empty()) return std::nullopt;
  tokens.push_back({Kind::end, {}});
  return tokens;
}

std::strong_ordering compare_tokens(const Token& a, const Token& b) {
  switch (a.kind) {
    case Kind::digits:
      // A leading zero makes it a fraction: 1.05 is before 1.1.
      if (a.text.starts_with('0') || b.text.starts_with('0')) return a.text <=> b.text;
      return compare_numbers(a.text, b.text);
    case Kind::initial:
    case Kind::suffix_number:
    case Kind::revision: return compare_numbers(a.text, b.text);
    case Kind::suffix: return a.rank <=> b.rank;
    case Kind::letter:
    case Kind::hash: return a.text <=> b.text;
    case Kind::end: break;
  }
  return std::strong_ordering::equal;
}

}  // namespace

MaybeOrdering compare_apk(std::string_view a, std::string_view b) {
  const auto of_a = tokens_of(a);
  const auto of_b = tokens_of(b);
  if (!of_a || !of_b) return std::nullopt;
  for (std::size_t i = 0;; ++i) {
    const Token& x = (*of_a)[i];
    const Token& y = (*of_b)[i];
    if (x.kind == y.kind) {
      if (x.kind == Kind::end) return std::strong_ordering::equal;
      if (const auto order = compare_tokens(x, y); order != 0) return order;
      continue;
    }
    if (x.kind == Kind::suffix && x.rank < 0) return std::strong_ordering::less;
    if (y.kind == Kind::suffix && y.rank < 0) return std::strong_ordering::greater;
    return y.kind <=> x.kind;
  }
}

}  // namespace hauberk
