// Bytes sealed by a passphrase: scrypt makes a key of it, XSalsa20-Poly1305 seals with that.
//
// The JSON inside of a key file (keys/key_file.h). Thread rule: a value and functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "keys/key_file.h"

namespace hauberk {

struct Sealed {
  ScryptCost cost;
  std::string salt;        // 32 bytes
  std::string nonce;       // 24 bytes
  std::string ciphertext;  // 16 bytes of Poly1305, then as many as were sealed

  friend bool operator==(const Sealed&, const Sealed&) = default;
};

// The JSON, within limits of size and cost. As decrypt_key().
Result<Sealed> parse_sealed(std::string_view json);
std::string text_of(const Sealed& sealed);

// With a salt and a nonce of its own each time.
Result<Sealed> seal(std::string_view bytes, const Secret& passphrase, const ScryptCost& cost);

// Takes 128 * n * r bytes while it runs. verification_failed, limit_exceeded.
Result<Secret> unseal(const Sealed& sealed, const Secret& passphrase);

}  // namespace hauberk
