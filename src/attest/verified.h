// What a known key has signed about a known artifact: the only way from evidence to something to rely on.
//
// The types below have no other makers than the functions beside them, so unverified bytes cannot be passed
// where they are asked for. What a key may sign, and when, is asked elsewhere (trust): these say only that it
// did. The order is: the signature over the bytes as they were received, then what they are, then what they
// say; so nothing of a stranger's is parsed beyond its envelope. Thread rule: values and functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "attest/bundle.h"
#include "attest/envelope.h"
#include "attest/simple_signing.h"
#include "attest/statement.h"
#include "keys/public_key.h"

namespace hauberk {

// Any of the signatures may be the key's: key ids are hints that an attacker may set. It says nothing of what
// is signed.
bool is_signed_by(const Envelope& envelope, const PublicKey& key);

// A statement about one artifact, of the type that was asked for, signed by a key that was given.
class VerifiedStatement {
 public:
  const Statement& statement() const { return statement_; }
  const Digest& subject() const { return subject_; }
  const PublicKey& key() const { return key_; }

 private:
  friend Result<VerifiedStatement> verify_statement(const Envelope&, const PublicKey&, const Digest&,
                                                    std::string_view);
  VerifiedStatement(Statement statement, Digest subject, PublicKey key)
      : statement_(std::move(statement)), subject_(std::move(subject)), key_(std::move(key)) {}

  Statement statement_;
  Digest subject_;
  PublicKey key_;
};

// verification_failed: no signature is the key's over exactly these bytes; the payload type is not in-toto's;
// `subject`, by the same algorithm, is not among the subjects; the predicate type is not exactly this one.
// invalid_input, unsupported, limit_exceeded: the key has signed what is no statement.
Result<VerifiedStatement> verify_statement(const Envelope& envelope, const PublicKey& key,
                                           const Digest& subject, std::string_view predicate_type);

// An older signature of cosign's.
class VerifiedSignature {
 public:
  const SimpleSigning& payload() const { return payload_; }
  const PublicKey& key() const { return key_; }

 private:
  friend Result<VerifiedSignature> verify_simple_signing(std::string_view, std::string_view, const PublicKey&,
                                                         const Digest&);
  VerifiedSignature(SimpleSigning payload, PublicKey key)
      : payload_(std::move(payload)), key_(std::move(key)) {}

  SimpleSigning payload_;
  PublicKey key_;
};

// `text` is the payload as received, `signature` its bytes. verification_failed: not this key's, or about
// another image.
Result<VerifiedSignature> verify_simple_signing(std::string_view text, std::string_view signature,
                                                const PublicKey& key, const Digest& subject);

// A signature over bytes that lie elsewhere. verification_failed: it is not the key's over exactly these.
Status verify_message(const MessageSignature& signature, const PublicKey& key, std::string_view message);

}  // namespace hauberk
