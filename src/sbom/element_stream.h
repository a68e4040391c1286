// The elements of an SBOM, one after the other: each is handed on and dropped, so that a document of a
// million components needs no more memory than what is kept of them.
//
//   {"bomFormat": ..., "components": [E {"components": [E, E]}, E], "metadata": {"component": E}}
//   {"spdxVersion": ..., "packages": [E, E], "relationships": [E, E]}
//   {"predicate": {...}}, {"dsseEnvelope": {"payload": "..."}}, {"SPDX": {...}}: the same, wrapped
//
// Of an element only the members that we read are kept. Hostile text: a key that we read and that is there
// twice is refused, since two readers would take two different documents from it. Thread rule: pure
// functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/json.h"
#include "sbom/sbom.h"

namespace hauberk {

enum class ElementKind { spdx_package, relationship, component, root_component };

// Gets each element when it is complete, those inside a component before the component. An error ends the
// reading.
using TakeElement = std::function<Status(ElementKind kind, const Json& element)>;

// The texts that a document says of itself: "spdxVersion", "bomFormat", "specVersion", "name", "_type",
// "payload", "Data".
using SbomHeader = std::map<std::string, std::string, std::less<>>;

// invalid_input: not JSON, no object, a key twice; limit_exceeded: too long, too deep, an element of more
// than 200,000 values; and whatever `take` says.
Result<SbomHeader> stream_elements(std::string_view text, const SbomLimits& limits, const TakeElement& take);

}  // namespace hauberk
