// What a signer does with one request: looks at what it is, whether this key may, and only then signs.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "signer/key_ring.h"
#include "signer/protocol.h"

namespace hauberk {

// The answer, and what was signed in words: "signed spdx of sha256:... with the build key". Empty where
// nothing was.
struct Answered {
  Answer answer;
  std::string line;
};

// verification_failed: the key may not sign this; not_found: it is not held here; invalid_input and others:
// what shall be signed is not what it should be, or not byte for byte as our own text_of() writes it. Thread
// rule: from any thread.
Result<Answered> answer_to(const Request& request, const KeyRing& keys);

}  // namespace hauberk
