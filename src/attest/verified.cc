// SPDX-License-Identifier: Apache-2.0
#include "attest/verified.h"

#include <algorithm>

namespace hauberk {

bool is_signed_by(const Envelope& envelope, const PublicKey& key) {
  const std::string signed_bytes = pae(envelope.payload_type, envelope.payload);
  return std::ranges::any_of(envelope.signatures, [&](const Envelope::Signature& signature) {
    return key.verify(signed_bytes, signature.sig).has_value();
  });
}

Result<VerifiedStatement> verify_statement(const Envelope& envelope, const PublicKey& key,
                                           const Digest& subject, std::string_view predicate_type) {
  constexpr std::string_view what = "cannot verify the statement";
  if (envelope.payload_type != statement_payload_type) {
    return fail(ErrorKind::verification_failed, "{}: its payload type is \"{}\", not {}", what,
                envelope.payload_type, statement_payload_type);
  }
  if (!is_signed_by(envelope, key)) {
    return fail(ErrorKind::verification_failed, "{}: none of its {} signatures is that of the key {}", what,
                envelope.signatures.size(), key.fingerprint());
  }
  auto statement = parse_statement(envelope.payload);
  if (!statement) return wrap(std::move(statement).error(), what);
  if (std::ranges::find(statement->subjects, subject, &Statement::Subject::digest) ==
      statement->subjects.end()) {
    return fail(ErrorKind::verification_failed, "{}: {} is not among its subjects", what, subject.text());
  }
  if (statement->predicate_type != predicate_type) {
    return fail(ErrorKind::verification_failed, "{}: it is of the type {}, not {}", what,
                statement->predicate_type, predicate_type);
  }
  return VerifiedStatement(*std::move(statement), subject, key);
}

Result<VerifiedSignature> verify_simple_signing(std::string_view text, std::string_view signature,
                                                const PublicKey& key, const Digest& subject) {
  constexpr std::string_view what = "cannot verify the signature";
  if (text.size() > most_simple_signing_bytes) {
    return fail(ErrorKind::limit_exceeded, "{}: what it signs has {} bytes, more than the {} allowed", what,
                text.size(), most_simple_signing_bytes);
  }
  if (!key.verify(text, signature)) {
    return fail(ErrorKind::verification_failed, "{}: it is not that of the key {}", what, key.fingerprint());
  }
  auto payload = parse_simple_signing(text);
  if (!payload) return wrap(std::move(payload).error(), what);
  if (payload->manifest != subject) {
    return fail(ErrorKind::verification_failed, "{}: it is about {}, not about {}", what,
                payload->manifest.text(), subject.text());
  }
  return VerifiedSignature(*std::move(payload), key);
}

Status verify_message(const MessageSignature& signature, const PublicKey& key, std::string_view message) {
  constexpr std::string_view what = "cannot verify the signature";
  if (signature.digest && Digest::of(message, signature.digest->algorithm()) != *signature.digest) {
    return fail(ErrorKind::verification_failed, "{}: it is about {}, which these bytes are not", what,
                signature.digest->text());
  }
  if (key.verify(message, signature.signature)) return {};
  return fail(ErrorKind::verification_failed, "{}: it is not that of the key {}", what, key.fingerprint());
}

}  // namespace hauberk
