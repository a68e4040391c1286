// Which kind of key a DER document holds: its AlgorithmIdentifier (RFC 5280, 4.1.1.2).
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "keys/der.h"
#include "keys/public_key.h"

namespace hauberk {

// Reads the AlgorithmIdentifier that stands next. unsupported: a key of another kind or curve (says which, if
// we know it).
Result<KeyKind> take_algorithm(DerReader& reader);

}  // namespace hauberk
