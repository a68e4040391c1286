// A private key: it signs, and never shows itself.
//
// Thread rule: a value that is moved; sign() from several threads at once.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "keys/public_key.h"
#include "keys/secret.h"

namespace hauberk {

class PrivateKey {
 public:
  static Result<PrivateKey> generate(KeyKind kind);

  // PKCS #8 DER, unencrypted (RFC 5208, RFC 5958). invalid_input, unsupported.
  static Result<PrivateKey> parse_pkcs8(const Secret& der);
  Result<Secret> pkcs8() const;

  const PublicKey& public_key() const { return public_key_; }

  // ECDSA: over SHA-256 of the message, DER. Ed25519: over the message.
  Result<std::string> sign(std::string_view message) const;

 private:
  PrivateKey(Secret der, PublicKey public_key) : der_(std::move(der)), public_key_(std::move(public_key)) {}

  Secret der_;
  PublicKey public_key_;
};

}  // namespace hauberk
