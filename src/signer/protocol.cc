// SPDX-License-Identifier: Apache-2.0
#include "signer/protocol.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "base/base64.h"

namespace hauberk {
namespace {

constexpr std::string_view request_name = "a request to the signer";
constexpr std::string_view answer_name = "the signer's answer";
constexpr std::array error_kinds = {ErrorKind::invalid_input,
                                    ErrorKind::not_found,
                                    ErrorKind::verification_failed,
                                    ErrorKind::conflict,
                                    ErrorKind::limit_exceeded,
                                    ErrorKind::unsupported,
                                    ErrorKind::io,
                                    ErrorKind::network};

Status only_members(const Json& object, std::initializer_list<std::string_view> known,
                    std::string_view what) {
  for (const auto& item : object.items()) {
    if (std::ranges::find(known, item.key()) != known.end()) continue;
    return fail(ErrorKind::unsupported,
                "{} has \"{}\", which is not known here: are client and signer of one version?", what,
                item.key());
  }
  return {};
}

Status no_payload(const Message& message) {
  if (message.payload.empty()) return {};
  return fail(ErrorKind::invalid_input, "{} has bytes that it does not need", request_name);
}

Result<KeyName> read_key(const Json& header) {
  TRY(const std::string name, json_string(header, "key", request_name));
  return parse_key_name(name);
}

Result<Request> read_statement(Message message) {
  TRY_STATUS(only_members(message.header, {"request", "key"}, request_name));
  TRY(const KeyName key, read_key(message.header));
  return StatementRequest{key, std::move(message.payload)};
}

Result<Request> read_simple(const Message& message) {
  TRY_STATUS(only_members(message.header, {"request", "key", "digest", "reference"}, request_name));
  TRY_STATUS(no_payload(message));
  TRY(const KeyName key, read_key(message.header));
  TRY(const std::string digest_text, json_string(message.header, "digest", request_name));
  TRY(Digest digest, Digest::parse(digest_text));
  TRY(const std::string reference_text, json_string(message.header, "reference", request_name));
  TRY(Reference reference, Reference::parse(reference_text));
  return SimpleRequest{key, std::move(digest), std::move(reference)};
}

Result<Request> read_trust(Message message) {
  TRY_STATUS(only_members(message.header, {"request"}, request_name));
  return TrustRequest{std::move(message.payload)};
}

Result<Request> read_keys(const Message& message) {
  TRY_STATUS(only_members(message.header, {"request"}, request_name));
  TRY_STATUS(no_payload(message));
  return KeysRequest{};
}

struct WriteRequest {
  Message operator()(const KeysRequest&) const { return {{{"request", "keys"}}}; }
  Message operator()(StatementRequest& request) const {
    return {{{"request", "sign_statement"}, {"key", name_of(request.key)}}, std::move(request.statement)};
  }
  Message operator()(const SimpleRequest& request) const {
    return {{{"request", "sign_simple"},
             {"key", name_of(request.key)},
             {"digest", request.digest.text()},
             {"reference", request.reference.text()}}};
  }
  Message operator()(TrustRequest& request) const {
    return {{{"request", "sign_trust"}}, std::move(request.document)};
  }
};

struct WriteAnswer {
  Message operator()(const KeysAnswer& answer) const {
    Json keys = Json::object();
    for (const auto& [name, key] : answer.keys) keys[std::string(name_of(name))] = key.pem();
    return {{{"keys", std::move(keys)}}};
  }
  Message operator()(const SignatureAnswer& answer) const {
    return {{{"signature", base64_of(answer.signature)}}, answer.payload};
  }
};

Error read_error(const Json& header) {
  const auto error = json_object(header, "error", answer_name);
  if (!error) return error.error();
  const auto kind_name = json_string(**error, "kind", answer_name);
  if (!kind_name) return kind_name.error();
  auto message = json_string(**error, "message", answer_name);
  if (!message) return message.error();
  const auto kind =
      std::ranges::find(error_kinds, *kind_name, [](ErrorKind known) { return name_of(known); });
  return {kind != error_kinds.end() ? *kind : ErrorKind::unsupported, *std::move(message)};
}

Result<Answer> read_keys_answer(const Json& header) {
  TRY(const Json* keys, json_object(header, "keys", answer_name));
  KeysAnswer answer;
  for (const auto& item : keys->items()) {
    TRY(const KeyName name, parse_key_name(item.key()));
    TRY(const std::string pem, json_string(*keys, item.key(), answer_name));
    TRY(PublicKey key, PublicKey::parse_pem(pem));
    answer.keys.emplace(name, std::move(key));
  }
  return answer;
}

}  // namespace

Message message_of(Request request) { return std::visit(WriteRequest{}, request); }

Result<Request> parse_request(Message message) {
  TRY(const std::string name, json_string(message.header, "request", request_name));
  if (name == "keys") return read_keys(message);
  if (name == "sign_statement") return read_statement(std::move(message));
  if (name == "sign_simple") return read_simple(message);
  if (name == "sign_trust") return read_trust(std::move(message));
  return fail(ErrorKind::unsupported, "{} asks for \"{}\", which no signer does", request_name, name);
}

Message message_of(const Result<Answer>& answer) {
  if (answer) return std::visit(WriteAnswer{}, *answer);
  const Error& error = answer.error();
  return {{{"error", {{"kind", name_of(error.kind)}, {"message", error.message}}}}};
}

Result<Answer> parse_answer(Message message) {
  TRY_STATUS(only_members(message.header, {"error", "keys", "signature"}, answer_name));
  if (message.header.contains("error")) return std::unexpected(read_error(message.header));
  if (message.header.contains("keys")) return read_keys_answer(message.header);
  TRY(const std::string text, json_string(message.header, "signature", answer_name));
  TRY(std::string signature, parse_base64(text));
  return SignatureAnswer{std::move(signature), std::move(message.payload)};
}

}  // namespace hauberk
