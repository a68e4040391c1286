// A map from paths to small numbers for very many paths: it keeps 16 bytes of each, not the path.
//
// A path is told by the first 96 bits of its SHA-256. That two paths share them does not happen by chance,
// and finding two that do takes 2^48 hashes, for which a package gets nothing but a false "is in it twice" of
// its own. Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace hauberk {

class PathMap {
 public:
  PathMap();

  // The path's value, and whether it is new: then `value` is it from now on. Values are below 2^32 - 1.
  std::pair<std::uint32_t, bool> emplace(std::string_view path, std::uint32_t value);
  std::optional<std::uint32_t> find(std::string_view path) const;
  bool contains(std::string_view path) const { return find(path).has_value(); }
  void clear();

 private:
  struct Slot {
    std::uint64_t high = 0;
    std::uint32_t low = 0;
    std::uint32_t value = unused;
  };
  // Many small tables, so that the one that grows is never a large part of the whole.
  struct Shard {
    std::vector<Slot> slots;
    std::size_t used = 0;
  };
  static constexpr std::uint32_t unused = UINT32_MAX;

  Slot key_of(std::string_view path) const;
  static std::size_t place_of(const std::vector<Slot>& slots, const Slot& key);
  static void grow(Shard& shard);

  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
  std::array<Shard, 256> shards_;
};

}  // namespace hauberk
