// Finds all places of many short literals in one pass, at about the speed of memory.
//
// Of each literal three neighbouring characters stand for it, the rarest of it. Every place of them has their
// first or their last two at an even offset, so the scan looks up only the pairs at even offsets, in a table
// of 64 KiB; where a pair is of some literal, all three are looked up, and then the literals are compared.
// Thread rule: const after it was made.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
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
    for (; at + block <= content.size(); at += block) {
      if (!has_role(content.data() + at)) continue;
      judge(content, at, roles(content.data() + at, block), on_hit);
    }
    const std::size_t rest = (content.size() - at) / 2 * 2;
    judge(content, at, roles(content.data() + at, rest), on_hit);
  }

 private:
  static constexpr std::size_t block = 16;

  struct Candidate {
    std::uint16_t literal = 0;
    std::uint16_t offset = 0;  // of its three characters in the literal
  };

  static std::uint16_t pair_at(const char* bytes) {
    std::uint16_t pair = 0;
    std::memcpy(&pair, bytes, sizeof pair);
    return pair;
  }

  static std::size_t hash_of(const char* three) {
    const auto byte = [&](std::size_t i) {
      return static_cast<std::size_t>(static_cast<unsigned char>(three[i]));
    };
    return (byte(0) ^ (byte(1) << 3) ^ (byte(2) << 6)) & (hashes - 1);
  }

  // Whether a block has any role at all: in most there is none, and this is quicker to see.
  bool has_role(const char* bytes) const {
    unsigned any = 0;
    for (std::size_t i = 0; i < block; i += 2) any |= roles_of_[pair_at(bytes + i)];
    return any != 0;
  }

  // Two bits for each pair: it is the first, it is the last two of some literal's three characters.
  std::uint32_t roles(const char* bytes, std::size_t length) const {
    std::uint32_t roles = 0;
    for (std::size_t i = 0; i < length; i += 2) roles |= std::uint32_t{roles_of_[pair_at(bytes + i)]} << i;
    return roles;
  }

  template <class OnHit>
  void judge(std::string_view content, std::size_t at, std::uint32_t roles, OnHit& on_hit) const {
    for (; roles != 0; roles &= roles - 1) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(roles));
      const std::size_t pair = at + bit / 2 * 2;
      const std::size_t three = pair - bit % 2;
      if (pair < bit % 2 || three + 3 > content.size()) continue;
      const std::size_t bucket = bucket_of_[hash_of(content.data() + three)];
      if (bucket == 0) continue;
      for (const Candidate& candidate : buckets_[bucket]) {
        if (is_here(content, three, candidate)) on_hit(candidate.literal, three - candidate.offset);
      }
    }
  }

  bool is_here(std::string_view content, std::size_t three, const Candidate& candidate) const;
  void add(std::uint16_t literal);
  void add_three(const std::string& three, const Candidate& candidate);

  static constexpr std::size_t hashes = 1 << 14;

  std::vector<Literal> literals_;
  std::vector<std::uint8_t> roles_of_;  // by pair
  std::vector<std::uint16_t> bucket_of_;  // by the hash of three characters; 0 is none
  std::vector<std::vector<Candidate>> buckets_;
};

}  // namespace hauberk
