// SPDX-License-Identifier: Apache-2.0
#include "attest/bundle.h"

#include <algorithm>
#include <array>

#include "attest/json_bytes.h"
#include "base/base64.h"
#include "oci/json_members.h"

namespace hauberk {
namespace {

constexpr std::string_view what = "Sigstore bundle";
constexpr std::string_view media_prefix = "application/vnd.dev.sigstore.bundle";
constexpr std::size_t hint_limit_bytes = 1024;
constexpr std::array<std::string_view, 3> key_members = {"publicKey", "certificate", "x509CertificateChain"};

// "0.3" of both of its spellings; empty for another media type.
std::string_view version_of(std::string_view media_type) {
  constexpr std::string_view parameter = "+json;version=", suffix = "+json";
  if (!media_type.starts_with(media_prefix)) return {};
  media_type.remove_prefix(media_prefix.size());
  if (media_type.starts_with(parameter)) return media_type.substr(parameter.size());
  if (!media_type.starts_with(".v") || !media_type.ends_with(suffix)) return {};
  return media_type.substr(2, media_type.size() - 2 - suffix.size());
}

Status check_version(const Json& json) {
  TRY(const std::string media_type, json_string(json, "mediaType", what));
  const std::string_view version = version_of(media_type);
  if (version == "0.1" || version == "0.2" || version == "0.3" || version.starts_with("0.3.")) return {};
  return fail(ErrorKind::unsupported,
              "{}: its mediaType is {}, and only those of versions 0.1, 0.2 and 0.3 are known", what,
              media_type);
}

Status add_material(Json& json, Bundle& bundle) {
  TRY(const Json* material, json_object(json, "verificationMaterial", what));
  const auto is_there = [&](std::string_view key) { return member_of(*material, key) != nullptr; };
  if (std::ranges::count_if(key_members, is_there) != 1) {
    return fail(ErrorKind::invalid_input,
                "{}: it must have either a public key's hint, a certificate or a chain of them", what);
  }
  if (is_there("publicKey")) {
    TRY(const Json* key, json_object(*material, "publicKey", what));
    TRY(bundle.key_hint, optional_string(*key, "hint", what));
    if (bundle.key_hint.size() > hint_limit_bytes) {
      return fail(ErrorKind::limit_exceeded, "{}: the hint is longer than {} bytes", what, hint_limit_bytes);
    }
  }
  bundle.other_material = std::move(json["verificationMaterial"]);
  bundle.other_material.erase("publicKey");
  for (const std::string_view key : key_members) {
    const auto at = bundle.other_material.find(key);
    if (at != bundle.other_material.end() && at->is_null()) bundle.other_material.erase(at);
  }
  return {};
}

std::string bytes_of(const Digest& digest) {
  const auto value = [](char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; };
  const std::string& hex = digest.hex();
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(value(hex[i]) * 16 + value(hex[i + 1]));
  }
  return bytes;
}

// ProtoJSON writes an enumeration by its name.
std::optional<Digest> digest_of(std::string_view algorithm, std::string_view bytes) {
  std::string hex;
  for (const char byte : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  const auto digest = algorithm == "SHA2_256"   ? Digest::of_hex(Digest::Algorithm::sha256, hex)
                      : algorithm == "SHA2_512" ? Digest::of_hex(Digest::Algorithm::sha512, hex)
                                                : fail(ErrorKind::unsupported, "another algorithm");
  if (!digest) return std::nullopt;
  return *digest;
}

Result<MessageSignature> message_signature_of(const Json& json) {
  if (!json.is_object()) {
    return fail(ErrorKind::invalid_input, "{}: \"messageSignature\" is not an object", what);
  }
  MessageSignature message;
  TRY(message.signature, json_bytes(json, "signature", what));
  if (message.signature.empty()) return fail(ErrorKind::invalid_input, "{}: its signature is empty", what);
  if (const Json* digest = member_of(json, "messageDigest")) {
    if (!digest->is_object()) {
      return fail(ErrorKind::invalid_input, "{}: \"messageDigest\" is not an object", what);
    }
    TRY(const std::string algorithm, optional_string(*digest, "algorithm", what));
    TRY(const std::string bytes, json_bytes(*digest, "digest", what));
    message.digest = digest_of(algorithm, bytes);
  }
  return message;
}

Status add_content(const Json& json, Bundle& bundle) {
  const Json* envelope = member_of(json, "dsseEnvelope");
  const Json* message = member_of(json, "messageSignature");
  if ((envelope == nullptr) == (message == nullptr)) {
    return fail(ErrorKind::invalid_input, "{}: it must have either \"dsseEnvelope\" or \"messageSignature\"",
                what);
  }
  if (message != nullptr) {
    TRY(bundle.content, message_signature_of(*message));
    return {};
  }
  TRY(Envelope parsed, envelope_of(*envelope));
  if (parsed.signatures.size() != 1) {
    return fail(ErrorKind::invalid_input, "{}: its envelope has {} signatures, and must have one", what,
                parsed.signatures.size());
  }
  bundle.content = std::move(parsed);
  return {};
}

Json json_of(const MessageSignature& message) {
  Json json = {{"signature", base64_of(message.signature)}};
  if (!message.digest) return json;
  const bool is_sha256 = message.digest->algorithm() == Digest::Algorithm::sha256;
  json["messageDigest"] = {{"algorithm", is_sha256 ? "SHA2_256" : "SHA2_512"},
                           {"digest", base64_of(bytes_of(*message.digest))}};
  return json;
}

}  // namespace

bool is_bundle_media_type(std::string_view media_type) { return media_type.starts_with(media_prefix); }

Result<Bundle> parse_bundle(std::string_view text) {
  auto json = parse_json(text, {.size_bytes = most_bundle_bytes, .depth = 32});
  if (!json) return wrap(std::move(json).error(), what);
  TRY_STATUS(check_version(*json));
  Bundle bundle;
  TRY_STATUS(add_material(*json, bundle));
  TRY_STATUS(add_content(*json, bundle));
  return bundle;
}

std::string text_of(const Bundle& bundle) {
  Json material = bundle.other_material;
  if (!bundle.by_certificate()) material["publicKey"] = {{"hint", bundle.key_hint}};
  Json json = {{"mediaType", bundle_media_type}, {"verificationMaterial", std::move(material)}};
  if (const auto* envelope = std::get_if<Envelope>(&bundle.content)) {
    json["dsseEnvelope"] = json_of(*envelope);
  } else {
    json["messageSignature"] = json_of(std::get<MessageSignature>(bundle.content));
  }
  return canonical_json(json);
}

}  // namespace hauberk
