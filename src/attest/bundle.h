// A Sigstore bundle: a signature, what it is over, and what is needed to check it.
//
//   {"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
//    "verificationMaterial": {"publicKey": {"hint": base64 of the key's SHA-256}},
//    "dsseEnvelope": {...}}                or "messageSignature": {"messageDigest": ..., "signature": ...}
//
// Spec: sigstore/protobuf-specs, sigstore_bundle.proto, as ProtoJSON; versions 0.1 to 0.3 are read, 0.3 is
// written. We trust public keys that we know already: the hint, and others' certificates, log entries and
// time stamps are carried and prove nothing. Nothing here is verified: see verified.h. Thread rule: a value
// and functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "attest/envelope.h"
#include "base/digest.h"

namespace hauberk {

inline constexpr std::string_view bundle_media_type = "application/vnd.dev.sigstore.bundle.v0.3+json";
inline constexpr std::size_t most_bundle_bytes = most_envelope_bytes + (4 << 20);

// A signature over bytes that are not in the bundle.
struct MessageSignature {
  std::optional<Digest> digest;  // of the bytes, as somebody says; none for other algorithms
  std::string signature;

  friend bool operator==(const MessageSignature&, const MessageSignature&) = default;
};

struct Bundle {
  std::string key_hint;  // PublicKey::hint(), if it is ours; empty where a certificate stands in for a key
  std::variant<Envelope, MessageSignature> content;
  Json other_material = Json::object();  // of `verificationMaterial`, without `publicKey`

  // Signed with a certificate's key, of which we know nothing.
  bool by_certificate() const {
    return other_material.contains("certificate") || other_material.contains("x509CertificateChain");
  }

  friend bool operator==(const Bundle&, const Bundle&) = default;
};

// Whether it is the media type of a bundle, of any version: also of those that parse_bundle() refuses.
bool is_bundle_media_type(std::string_view media_type);

// invalid_input: malformed, or an envelope with other than one signature, as the specification asks;
// unsupported: another version; limit_exceeded.
Result<Bundle> parse_bundle(std::string_view text);

// Version 0.3, canonical JSON.
std::string text_of(const Bundle& bundle);

}  // namespace hauberk
