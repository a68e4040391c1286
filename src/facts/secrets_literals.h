// Finds all places of many short literals in one pass, at about the speed of memory.
//
// Of each literal two neighbouring pairs of characters are put into a table, so that every place of it has
// one of them at an even offset; the scan looks up only the pairs at even offsets. Where a pair is in the
// table, the literals it may be of are compared. Thread rule: const after it was made.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hauberk {

struct Literal {
  std::string_view text = {};  // at least 3 characters; any_case: in lower case
  bool any_case = false;
};

class LiteralScanner {
 public:
  // The literals' texts must outlive the scanner. At most 65,535 literals.
  explicit LiteralScanner(std::span<const Literal> literals);

  // Calls on_hit(index of the literal, its offset) for each place, once; offsets may come out of order by the
  // length of a literal.
  template <class OnHit>
  void scan(std::string_view content, OnHit on_hit) const {
    std::size_t at = 0;
    for (; at + 16 <= content.size(); at += 16) {
      if (!any_of_eight(content.data() + at)) continue;
      for (std::size_t i = 0; i < 16; i += 2) judge(content, at + i, on_hit);
    }
    for (; at + 2 <= content.size(); at += 2) judge(content, at, on_hit);
  }

 private:
  struct Candidate {
    std::uint16_t literal = 0;
    std::uint16_t offset = 0;  // of the pair in the literal
  };

  static std::uint16_t pair_at(const char* bytes) {
    std::uint16_t pair = 0;
    std::memcpy(&pair, bytes, sizeof pair);
    return pair;
  }

  bool any_of_eight(const char* bytes) const {
    unsigned any = 0;
    for (std::size_t i = 0; i < 16; i += 2) any |= has_bucket_[pair_at(bytes + i)];
    return any != 0;
  }

  template <class OnHit>
  void judge(std::string_view content, std::size_t at, OnHit& on_hit) const {
    const std::uint16_t pair = pair_at(content.data() + at);
    if (has_bucket_[pair] == 0) return;
    for (const Candidate& candidate : buckets_[bucket_of_[pair]]) {
      if (is_here(content, at, candidate)) on_hit(candidate.literal, at - candidate.offset);
    }
  }

  bool is_here(std::string_view content, std::size_t at, const Candidate& candidate) const;
  void add(std::uint16_t literal);
  void add_pair(std::string pair, const Candidate& candidate);

  std::vector<Literal> literals_;
  std::vector<std::uint8_t> has_bucket_;  // by pair; apart from bucket_of_ to be half its size
  std::vector<std::uint16_t> bucket_of_;  // by pair
  std::vector<std::vector<Candidate>> buckets_;
};

}  // namespace hauberk
