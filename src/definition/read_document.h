// From a definition's JSON document, already checked, to the Definition that later stages read.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "definition/definition.h"

namespace hauberk {

// `document` has the shape that check.h accepts. Texts that still hold variables are taken as they are;
// a mode or platform that does is left out.
Definition read_document(const Json& document);

}  // namespace hauberk
