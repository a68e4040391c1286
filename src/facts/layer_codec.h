// LayerFacts as bytes, for the cache: small, and read as fast as they are copied.
//
//   magic      "hauberk layer facts 1\n"
//   body       files, texts, packages, licences, certificates, secrets, problems: each a list
//   sum        of all bytes before
//
// The parts are those of facts/fact_codec.h.
//
// Reading refuses what is cut, damaged or longer than it says; it is hostile input all the same, and every
// count is checked against the bytes that are left. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "facts/layer_facts.h"

namespace hauberk {

std::string bytes_of(const LayerFacts& facts);

// parse_layer_facts(bytes_of(f)) == f for every f.
Result<LayerFacts> parse_layer_facts(std::string_view bytes);

}  // namespace hauberk
