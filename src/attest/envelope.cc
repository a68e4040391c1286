// SPDX-License-Identifier: Apache-2.0
#include "attest/envelope.h"

#include "attest/json_bytes.h"
#include "attest/statement.h"
#include "base/base64.h"
#include "oci/json_members.h"

namespace hauberk {
namespace {

constexpr std::string_view what = "DSSE envelope";
constexpr std::size_t text_limit_bytes = 1024;            // of a key id or a payload type
constexpr std::size_t signature_limit_bytes = 16 << 10;

Result<std::string> short_text(const Json& json, std::string_view key) {
  TRY(std::string text, optional_string(json, key, what));
  if (text.size() > text_limit_bytes) {
    return fail(ErrorKind::limit_exceeded, "{}: \"{}\" is longer than {} bytes", what, key, text_limit_bytes);
  }
  return text;
}

Result<Envelope::Signature> signature_of(const Json& json) {
  if (!json.is_object()) return fail(ErrorKind::invalid_input, "{}: a signature is not an object", what);
  Envelope::Signature signature;
  TRY(signature.keyid, short_text(json, "keyid"));
  TRY(signature.sig, json_bytes(json, "sig", what));
  if (signature.sig.empty()) return fail(ErrorKind::invalid_input, "{}: a signature is empty", what);
  if (signature.sig.size() > signature_limit_bytes) {
    return fail(ErrorKind::limit_exceeded, "{}: a signature has more than {} bytes", what,
                signature_limit_bytes);
  }
  return signature;
}

Status add_signatures(const Json& json, Envelope& envelope) {
  TRY(const Json* signatures, json_array(json, "signatures", what));
  if (signatures->empty()) return fail(ErrorKind::invalid_input, "{}: it has no signature", what);
  if (signatures->size() > most_signatures) {
    return fail(ErrorKind::limit_exceeded, "{}: it has {} signatures, more than the {} allowed", what,
                signatures->size(), most_signatures);
  }
  for (const Json& signature : *signatures) {
    TRY(envelope.signatures.emplace_back(), signature_of(signature));
  }
  return {};
}

}  // namespace

std::string pae(std::string_view payload_type, std::string_view payload) {
  return fmt::format("DSSEv1 {} {} {} {}", payload_type.size(), payload_type, payload.size(), payload);
}

Result<Envelope> envelope_of(const Json& json) {
  if (!json.is_object()) return fail(ErrorKind::invalid_input, "{} is not a JSON object", what);
  Envelope envelope;
  TRY(envelope.payload_type, short_text(json, "payloadType"));
  TRY(envelope.payload, json_bytes(json, "payload", what));
  if (envelope.payload.size() > most_statement_bytes) {
    return fail(ErrorKind::limit_exceeded, "{}: its payload has {} bytes, more than the {} allowed", what,
                envelope.payload.size(), most_statement_bytes);
  }
  TRY_STATUS(add_signatures(json, envelope));
  return envelope;
}

Result<Envelope> parse_envelope(std::string_view text) {
  auto json = parse_json(text, {.size_bytes = most_envelope_bytes, .depth = 16});
  if (!json) return wrap(std::move(json).error(), what);
  return envelope_of(*json);
}

Json json_of(const Envelope& envelope) {
  Json signatures = Json::array();
  for (const Envelope::Signature& signature : envelope.signatures) {
    Json json = {{"sig", base64_of(signature.sig)}};
    if (!signature.keyid.empty()) json["keyid"] = signature.keyid;
    signatures.push_back(std::move(json));
  }
  return {{"payload", base64_of(envelope.payload)},
          {"payloadType", envelope.payload_type},
          {"signatures", std::move(signatures)}};
}

std::string text_of(const Envelope& envelope) { return canonical_json(json_of(envelope)); }

}  // namespace hauberk
