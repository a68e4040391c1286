// The variables of a definition, ready to be put in, for each platform that it is for.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/json.h"
#include "base/platform.h"
#include "base/yaml.h"
#include "definition/substitution.h"

namespace hauberk {

// From the (merged) document; what is not of the right type is left out, and reported elsewhere.
Substituter substituter_for(const Json& document, Platform platform);

// One for each of the document's platforms.
std::vector<Substituter> all_substituters(const Json& document);

}  // namespace hauberk
