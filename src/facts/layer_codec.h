// LayerFacts as bytes, for the cache: small, and read as fast as they are copied.
//
//   magic      "hauberk layer facts 1\n"
//   number     little-endian base 128, the high bit set on all bytes but the last; at most 10 bytes
//   signed     a number, zigzag: 0, -1, 1, -2, ...
//   text       number of bytes, bytes
//   list       number of items, items
//   digest     32 bytes (SHA-256), md5 16 bytes; each after a number that is 0 where there is none, else 1
//   path       number of leading bytes shared with the path before, then a text: the rest
//   body       files, texts, packages, licences, certificates, secrets, problems: each a list
//   end        32 bytes: the SHA-256 of all bytes before
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
