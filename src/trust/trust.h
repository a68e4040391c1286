// Who may sign what: trust.json, and what follows from it.
//
// The file is a DSSE envelope around this document, signed by the root key, which is kept away from the
// machine:
//   {"version": 1, "number": 3,
//    "roots": [PEM],
//    "keys": [{"name": "build", "key": PEM, "predicates": ["https://spdx.dev/Document", "urn:x-hauberk:*"],
//              "repositories": ["hauberk/*"], "builders": ["urn:x-hauberk:builder:local"],
//              "from": RFC 3339, "to": RFC 3339 or "",
//              "revoked": {"at": RFC 3339, "reason": "stolen"} or absent}]}
// Its number rises with every change, and an older one is never taken back. A document that follows another
// is signed by a root of that one; where it names other roots, by one of those too. The first one is taken on
// the fingerprint of its root, which came by another way.
//
// What remains of an accepted one is its mark: by that alone the next one is judged, also when the document
// itself was lost, or somebody put an older one in its place (trust/trust_file.h).
//
// Nothing but our own word says when a signature was made, so a key's time is judged when a statement is
// verified: what a key signed has no value after its end, and none after its revocation. What shall stay is
// signed again by the next key. Patterns: "*" stands for any number of any characters. Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attest/envelope.h"
#include "base/digest.h"
#include "base/time.h"
#include "keys/public_key.h"

namespace hauberk {

inline constexpr std::string_view trust_payload_type = "application/vnd.hauberk.trust+json";

struct Revocation {
  std::string at;  // RFC 3339
  std::string reason;

  friend bool operator==(const Revocation&, const Revocation&) = default;
};

struct TrustedKey {
  std::string name;  // unique: "build", "build-2"
  PublicKey key;
  std::vector<std::string> predicates;  // patterns of predicate types
  std::vector<std::string> repositories;  // patterns of Reference::name()
  std::vector<std::string> builders;  // builder ids that its provenance may claim
  std::string from, to;  // RFC 3339; `to` empty: no end yet
  std::optional<Revocation> revoked = {};

  friend bool operator==(const TrustedKey&, const TrustedKey&) = default;
};

struct TrustDocument {
  std::uint64_t number = 0;
  std::vector<PublicKey> roots;  // one or more
  std::vector<TrustedKey> keys;  // sorted by name

  friend bool operator==(const TrustDocument&, const TrustDocument&) = default;
};

// Takes hostile text. invalid_input, limit_exceeded; unsupported: a newer version, by name.
Result<TrustDocument> parse_trust_document(std::string_view text);

// Canonical JSON: what the root signs.
std::string text_of(const TrustDocument& document);

// What is remembered of the newest document that was accepted.
struct TrustMark {
  std::uint64_t number;
  Digest document;  // of its text_of()
  std::vector<PublicKey> roots;

  friend bool operator==(const TrustMark&, const TrustMark&) = default;
};

// {"version": 1, "number": 3, "document": "sha256:...", "roots": [PEM]}. As parse_trust_document().
Result<TrustMark> parse_trust_mark(std::string_view text);
std::string text_of(const TrustMark& mark);

// What is asked of a key: may it say this, of this, now?
struct SigningRequest {
  std::string_view repository;
  std::string_view predicate_type;
  Time now;
};

// A document whose signatures were checked.
class Trust {
 public:
  // The first one: signed by a root of its own, whose fingerprint is `root_fingerprint`.
  static Result<Trust> first(std::string_view envelope_text, std::string_view root_fingerprint);

  // The one that `mark` is of, or the one after it. verification_failed: signatures that are missing;
  // conflict: its number is not above the mark's (says both), and it is not the very same document.
  static Result<Trust> after(const TrustMark& mark, std::string_view envelope_text);

  const TrustDocument& document() const { return document_; }
  TrustMark mark() const;
  const std::string& text() const { return text_; }  // of the envelope

  // The key of this fingerprint, or null.
  const TrustedKey* find(std::string_view fingerprint) const;

  // verification_failed says which right is missing.
  Status allows(const TrustedKey& key, const SigningRequest& request) const;

 private:
  Trust(TrustDocument document, std::string text) : document_(std::move(document)), text_(std::move(text)) {}

  TrustDocument document_;
  std::string text_;
};

// "build" is the first of the keys named "build", "build-2" the second. None: `name` is of another family.
std::optional<std::uint64_t> place_in_family(std::string_view name, std::string_view family);

// Whether somebody who writes `name` into a policy means this key: by its fingerprint, by its name, or by the
// name of the first of its family, so that a policy goes on to hold when the key is replaced.
bool is_called(const TrustedKey& key, std::string_view name);

// Whether `text` is what the pattern stands for.
bool fits_pattern(std::string_view pattern, std::string_view text);

}  // namespace hauberk
