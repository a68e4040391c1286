// SPDX-License-Identifier: Apache-2.0
#include "facts/secrets_literals.h"

#include <algorithm>

#include "facts/secrets_text.h"

namespace hauberk {
namespace {

constexpr std::size_t pairs = 1 << 16;

// Roughly how often a character is met in text; only the order matters.
int commonness(char c) {
  constexpr std::string_view from_common = " etaoinsrhldcumpfgwybvkxjqz";
  const std::size_t rank = from_common.find(lowered(c));
  if (is_upper(c) || is_digit(c)) return 3;
  if (rank != std::string_view::npos) return static_cast<int>(from_common.size() - rank) + 3;
  return c == '-' || c == '/' || c == '=' || c == '.' ? 15 : 5;
}

// Where the two pairs begin that are met the least.
std::size_t rarest_pairs(std::string_view text) {
  std::size_t best = 0;
  int least = 1 << 30;
  for (std::size_t i = 0; i + 3 <= text.size(); ++i) {
    const int middle = commonness(text[i + 1]);
    const int cost = middle * (commonness(text[i]) + commonness(text[i + 2]));
    if (cost >= least) continue;
    least = cost;
    best = i;
  }
  return best;
}

char raised(char c) { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

LiteralScanner::LiteralScanner(std::span<const Literal> literals)
    : literals_(literals.begin(), literals.end()), has_bucket_(pairs), bucket_of_(pairs) {
  for (std::size_t i = 0; i < literals_.size(); ++i) add(static_cast<std::uint16_t>(i));
}

void LiteralScanner::add(std::uint16_t literal) {
  const Literal& added = literals_[literal];
  const std::size_t first = rarest_pairs(added.text);
  for (std::size_t i = first; i < first + 2; ++i) {
    const char a = added.text[i];
    const char b = added.text[i + 1];
    const Candidate candidate{literal, static_cast<std::uint16_t>(i)};
    add_pair({a, b}, candidate);
    if (!added.any_case) continue;
    if (raised(a) != a) add_pair({raised(a), b}, candidate);
    if (raised(b) != b) add_pair({a, raised(b)}, candidate);
    if (raised(a) != a && raised(b) != b) add_pair({raised(a), raised(b)}, candidate);
  }
}

void LiteralScanner::add_pair(std::string pair, const Candidate& candidate) {
  const std::uint16_t key = pair_at(pair.data());
  if (has_bucket_[key] == 0) {
    has_bucket_[key] = 1;
    bucket_of_[key] = static_cast<std::uint16_t>(buckets_.size());
    buckets_.emplace_back();
  }
  buckets_[bucket_of_[key]].push_back(candidate);
}

bool LiteralScanner::is_here(std::string_view content, std::size_t at, const Candidate& candidate) const {
  const Literal& literal = literals_[candidate.literal];
  if (at < candidate.offset) return false;
  const std::string_view here = content.substr(at - candidate.offset, literal.text.size());
  if (!literal.any_case) return here == literal.text;
  return std::ranges::equal(here, literal.text, {}, lowered);
}

}  // namespace hauberk
