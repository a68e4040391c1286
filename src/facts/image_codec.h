// What an image's layers and config give together, as bytes for the cache: the layers laid one on the other,
// the records read, everything sorted.
//
//   magic       "hauberk image facts 1\n"
//   inventory   number of its bytes, then: os (four texts), packages, problems
//   sum         of all bytes before: who wants the inventory alone reads no further
//   content     whether there is a package record; files, each with its owners; hidden files; what packages
//               list; texts, secrets, certificates
//   sum         of all bytes before
//
// The parts are those of facts/fact_codec.h. What the source of the image says itself (its name, config,
// tags) is not in it. Reading refuses what is cut, damaged or longer than it says. Thread rule: pure
// functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "facts/facts.h"

namespace hauberk {

std::string image_bytes_of(const Facts& facts);

// Fills in what image_bytes_of() wrote; the rest of `facts` stays as it is given. invalid_input: damaged.
Result<Facts> parse_image_facts(std::string_view bytes, Facts facts);

// The inventory alone; its name is empty. invalid_input: that part is damaged.
Result<ImageInventory> parse_image_inventory(std::string_view bytes);

}  // namespace hauberk
