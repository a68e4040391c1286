// DSSE: bytes, what they are, and signatures over both.
//
//   {"payload": base64, "payloadType": "application/vnd.in-toto+json",
//    "signatures": [{"keyid": "...", "sig": base64}]}
//
// Spec: DSSE 1.0, protocol.md and envelope.md. A key id is a hint that nobody signed. Nothing here is
// verified: see verified.h. Thread rule: a value and functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace hauberk {

struct Envelope {
  struct Signature {
    std::string keyid;
    std::string sig;  // bytes

    friend bool operator==(const Signature&, const Signature&) = default;
  };

  std::string payload_type;
  std::string payload;  // bytes
  std::vector<Signature> signatures;

  friend bool operator==(const Envelope&, const Envelope&) = default;
};

inline constexpr std::size_t most_envelope_bytes = 96 << 20;  // a statement of the largest size, as base64
inline constexpr std::size_t most_signatures = 64;

// What is signed: "DSSEv1 <bytes of the type> <type> <bytes of the payload> <payload>".
std::string pae(std::string_view payload_type, std::string_view payload);

// invalid_input: malformed, or no signature; limit_exceeded.
Result<Envelope> parse_envelope(std::string_view text);
Result<Envelope> envelope_of(const Json& json);

// Canonical JSON.
std::string text_of(const Envelope& envelope);
Json json_of(const Envelope& envelope);

}  // namespace hauberk
