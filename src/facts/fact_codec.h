// The parts that files of facts are written in: what a layer's facts and an image's have in common.
//
//   number     little-endian base 128, the high bit set on all bytes but the last; at most 10 bytes
//   signed     a number, zigzag: 0, -1, 1, -2, ...
//   text       number of bytes, bytes
//   list       number of items, items
//   digest     32 bytes (SHA-256), md5 16 bytes; each after a number that is 0 where there is none, else 1
//   path       number of leading bytes shared with the path before, then a text: the rest
//   sum        32 bytes: the SHA-256 of all bytes before
//
// Reading hostile bytes is safe: every count is checked against the bytes that are left, and what the writer
// never writes breaks the reader (facts/byte_codec.h). Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "facts/byte_codec.h"
#include "facts/certificate.h"
#include "facts/elf.h"
#include "facts/package.h"
#include "facts/secrets.h"
#include "tar/entry.h"

namespace hauberk {

// The number of bytes of a sum.
inline constexpr std::size_t fact_sum_bytes = 32;

// The sum of `bytes`, as a file has it.
std::string fact_sum(std::string_view bytes);

class FactWriter {
 public:
  ByteWriter& out() { return out_; }

  template <class T, class Write>
  void list(const std::vector<T>& items, Write write_one) {
    out_.number(items.size());
    for (const T& item : items) write_one(item);
  }
  void list(const std::vector<std::string>& items);
  // Of what has a write() here.
  template <class T>
  void list(const std::vector<T>& items) {
    list(items, [this](const T& item) { write(item); });
  }

  void path(const std::string& path);
  void sha256(const std::optional<Digest>& digest);
  void md5(const std::string& hex);  // empty: none
  void write(const TarEntry& entry);
  void write(const std::optional<ElfFacts>& elf);
  void write(const Package& package);
  void write(const Licence& licence);
  void write(const Certificate& certificate);
  void write(const FoundSecret& secret);

  // Ends what was written so far with its sum.
  void end() { out_.raw(fact_sum(out_.bytes())); }
  std::string take() { return out_.take(); }

 private:
  ByteWriter out_;
  std::string path_;  // the path before
};

class FactReader {
 public:
  explicit FactReader(std::string_view bytes) : in_(bytes) {}

  ByteReader& in() { return in_; }
  bool is_whole() const { return in_.is_whole(); }

  template <class T, class Read>
  void list(std::vector<T>& items, Read read_one) {
    std::uint64_t n = in_.count();
    items.reserve(std::min(n, most_reserved));
    for (; n > 0 && !in_.is_broken(); --n) items.push_back(read_one());
  }
  std::vector<std::string> texts();

  // A number that has to be at most `most`: an enumerator, or a field of 32 bits.
  std::uint64_t below(std::uint64_t most) {
    const std::uint64_t value = in_.number();
    return value <= most ? value : in_.broken();
  }
  bool flag() { return below(1) == 1; }

  std::string path();
  std::optional<Digest> sha256();
  std::string md5();
  TarEntry entry();
  std::optional<ElfFacts> elf();
  Package package();
  Licence licence();
  Certificate certificate();
  FoundSecret secret();

 private:
  // A count that lies must not cost memory: a longer list grows as it is read.
  static constexpr std::uint64_t most_reserved = 1 << 13;

  std::uint32_t word() { return static_cast<std::uint32_t>(below(UINT32_MAX)); }
  Digest sure_sha256();

  ByteReader in_;
  std::string path_;
};

}  // namespace hauberk
