// The name of a blob: algorithm and hash of its exact bytes.
//
// Spec: OCI image-spec, descriptor.md, "Digests". A Digest is always well formed: there is no empty
// state, so callers never re-check. Thread rule: a value.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hauberk {

class Digest {
 public:
  enum class Algorithm { sha256, sha512 };

  // Parses "sha256:<64 lowercase hex>" or "sha512:<128 lowercase hex>". Text comes from untrusted
  // manifests and URLs, so uppercase hex, whitespace and trailing bytes are invalid_input, not
  // repaired; another registered algorithm is unsupported.
  static Result<Digest> parse(std::string_view text);

  // Makes a digest of lowercase hex digits alone, as Debian's indexes carry them.
  static Result<Digest> of_hex(Algorithm algorithm, std::string_view hex);

  // Hashes all of `bytes`. For streams use DigestWriter.
  static Digest of(std::span<const std::byte> bytes, Algorithm algorithm = Algorithm::sha256);
  static Digest of(std::string_view text, Algorithm algorithm = Algorithm::sha256);

  // The canonical text; parse(d.text()) == d for every d.
  std::string text() const;

  // Lowercase hex digits: the file name under blobs/<algorithm>/ in an image layout.
  const std::string& hex() const { return hex_; }

  Algorithm algorithm() const { return algorithm_; }

  // "sha256" or "sha512".
  std::string_view algorithm_name() const;

  friend auto operator<=>(const Digest&, const Digest&) = default;

 private:
  friend class DigestWriter;
  Digest(Algorithm algorithm, std::string hex) : algorithm_(algorithm), hex_(std::move(hex)) {}

  Algorithm algorithm_;
  std::string hex_;
};

// Hashes a stream. Thread rule: one thread at a time.
class DigestWriter {
 public:
  explicit DigestWriter(Digest::Algorithm algorithm = Digest::Algorithm::sha256);
  DigestWriter(DigestWriter&&) noexcept;
  DigestWriter& operator=(DigestWriter&&) noexcept;
  ~DigestWriter();

  void write(std::span<const std::byte> bytes);

  // The digest of all bytes written; the writer is then spent.
  Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hauberk
