// SPDX-License-Identifier: Apache-2.0
#include "assemble/path_map.h"

#include <cstdlib>
#include <cstring>

namespace hauberk {

PathMap::PathMap() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
  if (context_ == nullptr || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1) std::abort();
}

PathMap::Slot PathMap::key_of(std::string_view path) const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  // Without a digest's name it is the same as before, and need not be looked up.
  if (EVP_DigestInit_ex(context_.get(), nullptr, nullptr) != 1 ||
      EVP_DigestUpdate(context_.get(), path.data(), path.size()) != 1 ||
      EVP_DigestFinal_ex(context_.get(), hash.data(), nullptr) != 1) {
    std::abort();
  }
  Slot key;
  std::memcpy(&key.high, hash.data(), sizeof key.high);
  std::memcpy(&key.low, hash.data() + sizeof key.high, sizeof key.low);
  return key;
}

// The slot of the key, or the free one where it belongs: there is one, since no table is full.
std::size_t PathMap::place_of(const std::vector<Slot>& slots, const Slot& key) {
  std::size_t at = static_cast<std::size_t>(key.low) % slots.size();
  while (slots[at].value != unused && (slots[at].high != key.high || slots[at].low != key.low)) {
    at = at + 1 == slots.size() ? 0 : at + 1;
  }
  return at;
}

void PathMap::grow(Shard& shard) {
  std::vector<Slot> larger(shard.slots.size() + shard.slots.size() / 4 + 8);
  for (const Slot& slot : shard.slots) {
    if (slot.value != unused) larger[place_of(larger, slot)] = slot;
  }
  shard.slots = std::move(larger);
}

std::pair<std::uint32_t, bool> PathMap::emplace(std::string_view path, std::uint32_t value) {
  Slot key = key_of(path);
  Shard& shard = shards_[key.high & 0xFF];
  if ((shard.used + 1) * 8 > shard.slots.size() * 7) grow(shard);
  Slot& slot = shard.slots[place_of(shard.slots, key)];
  if (slot.value != unused) return {slot.value, false};
  key.value = value;
  slot = key;
  ++shard.used;
  return {value, true};
}

std::optional<std::uint32_t> PathMap::find(std::string_view path) const {
  const Slot key = key_of(path);
  const Shard& shard = shards_[key.high & 0xFF];
  if (shard.slots.empty()) return std::nullopt;
  const Slot& slot = shard.slots[place_of(shard.slots, key)];
  return slot.value == unused ? std::nullopt : std::optional(slot.value);
}

void PathMap::clear() {
  for (Shard& shard : shards_) shard = {};
}

}  // namespace hauberk
