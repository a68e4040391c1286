// A private key on disk: cosign's encrypted form, read and written, so that either program takes the other's.
//
// PEM "ENCRYPTED SIGSTORE PRIVATE KEY" (older: "ENCRYPTED COSIGN PRIVATE KEY") around JSON:
//   {"kdf": {"name": "scrypt", "params": {"N": 65536, "r": 8, "p": 1}, "salt": base64 of 32 bytes},
//    "cipher": {"name": "nacl/secretbox", "nonce": base64 of 24 bytes},
//    "ciphertext": base64 of the PKCS #8 DER, sealed}
// A file's cost is a stranger's wish: above the limits it is refused before any memory is taken. Thread rule:
// functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "keys/private_key.h"

namespace hauberk {

struct ScryptCost {
  std::uint64_t n = 65536;  // a power of two
  std::uint32_t r = 8;
  std::uint32_t p = 1;

  friend bool operator==(const ScryptCost&, const ScryptCost&) = default;
};

inline constexpr std::uint64_t most_scrypt_bytes = 256 << 20;  // 128 * n * r

// The file's text. `cost` is lowered by tests only.
Result<std::string> encrypt_key(const PrivateKey& key, const Secret& passphrase, const ScryptCost& cost = {});

// verification_failed: a wrong passphrase (or altered bytes: they look alike); invalid_input: no such file;
// limit_exceeded: an absurd cost; unsupported: another cipher, or a key of another kind.
Result<PrivateKey> decrypt_key(std::string_view text, const Secret& passphrase);

}  // namespace hauberk
