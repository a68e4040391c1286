// What may be asked of a signer, and what it answers: the types, and their form on the wire
// (signer/message.h).
//
//   {"request":"keys"}                                         -> {"keys":{"build":"-----BEGIN PUBLIC..."}}
//   {"request":"sign_statement","key":"build"}, the statement  -> {"signature":"<base64>"}
//   {"request":"sign_simple","key":"build",
//    "digest":"sha256:...","reference":"example.org/team/app"} -> {"signature":"<base64>"}, the payload
//   {"request":"sign_trust"}, the trust document               -> {"signature":"<base64>"}
//   anything that is refused                                   -> {"error":{"kind":...,"message":...}}
//
// There is no request to sign bytes. An unknown member is refused: it might be a restriction. Thread rule:
// values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <variant>

#include "oci/reference.h"
#include "signer/key_folder.h"
#include "signer/message.h"

namespace hauberk {

struct KeysRequest {
  friend bool operator==(const KeysRequest&, const KeysRequest&) = default;
};

struct StatementRequest {
  KeyName key;
  std::string statement;  // in-toto, as it will be sent out: the signature is over these bytes
  friend bool operator==(const StatementRequest&, const StatementRequest&) = default;
};

// cosign's older signature of an image.
struct SimpleRequest {
  KeyName key;
  Digest digest;
  Reference reference;
  friend bool operator==(const SimpleRequest&, const SimpleRequest&) = default;
};

struct TrustRequest {
  std::string document;
  friend bool operator==(const TrustRequest&, const TrustRequest&) = default;
};

using Request = std::variant<KeysRequest, StatementRequest, SimpleRequest, TrustRequest>;

struct KeysAnswer {
  std::map<KeyName, PublicKey> keys;
  friend bool operator==(const KeysAnswer&, const KeysAnswer&) = default;
};

struct SignatureAnswer {
  std::string signature;
  std::string payload;  // what was signed, where the signer made it
  friend bool operator==(const SignatureAnswer&, const SignatureAnswer&) = default;
};

using Answer = std::variant<KeysAnswer, SignatureAnswer>;

Message message_of(Request request);
Result<Request> parse_request(Message message);

Message message_of(const Result<Answer>& answer);
// The error that the signer sent is an error here too.
Result<Answer> parse_answer(Message message);

}  // namespace hauberk
