// SPDX-License-Identifier: Apache-2.0
#include "facts/secrets_literals.h"

#include <algorithm>
#include <set>

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

// Where the three characters begin that are met the least.
std::size_t rarest_three(std::string_view text) {
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

// The character in the case that the bit asks for.
char in_case(char c, bool is_raised) {
  return is_raised && is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace

LiteralScanner::LiteralScanner(std::span<const Literal> literals)
    : literals_(literals.begin(), literals.end()), roles_of_(pairs), bucket_of_(hashes), buckets_(1) {
  for (std::size_t i = 0; i < literals_.size(); ++i) add(static_cast<std::uint16_t>(i));
}

void LiteralScanner::add(std::uint16_t literal) {
  const Literal& added = literals_[literal];
  const std::size_t offset = rarest_three(added.text);
  const std::string_view three = added.text.substr(offset, 3);
  std::set<std::string> spellings;
  for (unsigned cases = 0; cases < (added.any_case ? 8u : 1u); ++cases) {
    std::string spelling;
    for (std::size_t i = 0; i < 3; ++i) spelling += in_case(three[i], ((cases >> i) & 1) != 0);
    spellings.insert(spelling);
  }
  for (const std::string& spelling : spellings) {
    add_three(spelling, {literal, static_cast<std::uint16_t>(offset)});
  }
}

void LiteralScanner::add_three(const std::string& three, const Candidate& candidate) {
  roles_of_[pair_at(three.data())] |= 1;
  roles_of_[pair_at(three.data() + 1)] |= 2;
  std::uint16_t& bucket = bucket_of_[hash_of(three.data())];
  if (bucket == 0) {
    bucket = static_cast<std::uint16_t>(buckets_.size());
    buckets_.emplace_back();
  }
  // Two spellings may meet in a bucket; the comparison of the whole literal is blind to case.
  const auto is_same = [&](const Candidate& other) { return other.literal == candidate.literal; };
  if (std::ranges::none_of(buckets_[bucket], is_same)) buckets_[bucket].push_back(candidate);
}

bool LiteralScanner::is_here(std::string_view content, std::size_t three, const Candidate& candidate) const {
  const Literal& literal = literals_[candidate.literal];
  if (three < candidate.offset) return false;
  const std::string_view here = content.substr(three - candidate.offset, literal.text.size());
  if (!literal.any_case) return here == literal.text;
  return std::ranges::equal(here, literal.text, {}, lowered);
}

}  // namespace hauberk
