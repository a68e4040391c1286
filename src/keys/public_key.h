// A public key, and whether it made a signature.
//
// Two kinds: ECDSA on P-256 with SHA-256 (signatures are ASN.1 DER, as cosign and Sigstore write them), and
// Ed25519 (RFC 8032, pure). Spec: RFC 5280 SubjectPublicKeyInfo, RFC 7468 PEM, RFC 5480, RFC 8410. Keys come
// from files and registries: anything but one key of these kinds, on its curve, is invalid_input or
// unsupported. Thread rule: a value.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hauberk {

enum class KeyKind { ecdsa_p256, ed25519 };

// "ecdsa-p256", "ed25519"
std::string_view name_of(KeyKind kind);
Result<KeyKind> parse_key_kind(std::string_view text);

class PublicKey {
 public:
  // "-----BEGIN PUBLIC KEY-----": one block, nothing but white space around it.
  static Result<PublicKey> parse_pem(std::string_view text);
  // DER of a SubjectPublicKeyInfo.
  static Result<PublicKey> parse_der(std::string_view der);

  KeyKind kind() const { return kind_; }
  const std::string& der() const { return der_; }
  std::string pem() const;

  // "sha256:<hex>" of the DER: how people and trust.json name a key.
  std::string fingerprint() const;
  // base64 of the same hash: how a Sigstore bundle names it. It is a hint, and proves nothing.
  std::string hint() const;

  // verification_failed: the signature is not this key's over exactly these bytes, or is no signature.
  Status verify(std::string_view message, std::string_view signature) const;

  friend bool operator==(const PublicKey&, const PublicKey&) = default;

 private:
  PublicKey(KeyKind kind, std::string der) : kind_(kind), der_(std::move(der)) {}

  KeyKind kind_;
  std::string der_;
};

}  // namespace hauberk
