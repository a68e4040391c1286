// Names for the elements of a document, and for the document: the same input gives the same.
//
// Specs: SPDX 2.3, clause 3.2 (SPDXID), 6.5 (document namespace); RFC 9562, section 5.8 (UUID version 8, made
// of a SHA-256). Thread rule: Identifiers is for one thread, the functions are pure.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace hauberk {

// Gives out identifiers of letters, digits, "-" and ".", none of them twice.
class Identifiers {
 public:
  // `wish` with other letters replaced, and a number behind it where that is taken.
  std::string unique(std::string_view wish);

 private:
  std::set<std::string> taken_;
  std::map<std::string, std::size_t> numbers_;  // the last number given to each wish
};

// Letters that an identifier may not have become "-".
std::string identifier_of(std::string_view text);

// "1f0c...-....-8...-....-............": of all that `content` says.
std::string uuid_of(std::string_view content);

// The text with bytes that are no UTF-8, and control characters, replaced: what other programs' parsers take.
std::string clean_text(std::string_view text);

// "2026-11-24T19:10:25Z" of any RFC 3339 time, with fraction and offset; "" if it is none.
std::string whole_seconds(std::string_view time);

}  // namespace hauberk
