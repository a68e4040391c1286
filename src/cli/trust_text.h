// trust.json, shown: for people and for programs.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/json.h"
#include "base/time.h"
#include "trust/trust.h"

namespace hauberk {

// "valid", "not yet", "ended", "revoked"
std::string_view state_of(const TrustedKey& key, Time now);

// Number, roots, and a table of the keys, each with what it may sign.
std::string text_of(const TrustDocument& document, Time now);
Json json_of(const TrustDocument& document, Time now);

// "sha256:..., sha256:...": what is to be handed on by another way.
std::string root_fingerprints(const TrustDocument& document);

}  // namespace hauberk
