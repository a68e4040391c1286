// A statement: what somebody says of an artifact, and which one.
//
//   {"_type": "https://in-toto.io/Statement/v1",
//    "subject": [{"name": "example", "digest": {"sha256": "<hex>"}}],
//    "predicateType": "https://spdx.dev/Document", "predicate": {...}}
//
// Spec: in-toto attestation framework, spec/v1/statement.md; v0.1, which BuildKit and older programs write,
// is read as the same value. Nothing here says who states it: see verified.h. Unknown members are ignored, as
// the specification asks, except for those that a reader without regard to case would take for known ones.
// Thread rule: a value and functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/json.h"

namespace hauberk {

struct Statement {
  struct Subject {
    std::string name;
    Digest digest;

    friend bool operator==(const Subject&, const Subject&) = default;
  };

  std::vector<Subject> subjects;
  std::string predicate_type;
  Json predicate = Json::object();

  friend bool operator==(const Statement&, const Statement&) = default;
};

inline constexpr std::string_view statement_payload_type = "application/vnd.in-toto+json";
inline constexpr std::size_t most_statement_bytes = 64 << 20;
inline constexpr std::size_t most_subjects = 10'000;

// A subject with several digests becomes as many subjects; one of other algorithms than sha256 and sha512
// (a commit of Git, for example) none, so `subjects` may be empty. A predicate type is printable ASCII.
// invalid_input; unsupported: another version; limit_exceeded: too long, too deep, or too many subjects.
Result<Statement> parse_statement(std::string_view text);

// Version 1, canonical: the bytes that are signed.
std::string text_of(const Statement& statement);

}  // namespace hauberk
