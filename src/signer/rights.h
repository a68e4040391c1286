// What a key may sign, wherever it is used: the signer refuses the rest, whoever asks.
//
// trust.json narrows this further (to repositories, to a time); it can never widen it. So whoever takes
// over the machine that builds, and has its build key sign, can state what was built; he cannot grant an
// exception, say that somebody else reproduced his image, or name new keys.
//
//   build     the signature, and every statement about an image: SBOMs, provenance, findings, tests, VEX ...
//   approval  decisions: exceptions, rollbacks, VEX; and what only another than the builder may say: that an
//             image was reproduced, that its evidence was verified
//   log       no statement
//   root      no statement; trust documents alone
//
// A predicate type of others, of which our gates know nothing, is a statement about an image too: build and
// approval may sign it. One below our own prefix that is not listed is nobody's.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "signer/key_folder.h"

namespace hauberk {

// verification_failed names the key and, where there is one, the key that may.
Status may_sign(KeyName key, std::string_view predicate_type);

}  // namespace hauberk
