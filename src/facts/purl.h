// Package URLs: one line that names a package of any world, as SBOMs and VEX documents write it.
//
// Spec: package-url/purl-spec, PURL-SPECIFICATION and the types' own rules, with two exceptions: the case of
// golang and npm names is kept, since both worlds have names that differ in nothing else; who compares them
// decides. Thread rule: values.
//
//   pkg:type/namespace/name@version?key=value&key=value#subpath
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hauberk {

// The parts without percent-encoding.
struct Purl {
  std::string type = {};       // lowercase: "deb", "pypi"
  std::string space = {};  // the namespace, with "/" between its segments: "debian", "@angular"; may be empty
  std::string name = {};  // never empty when parsed
  std::string version = {};  // may be empty
  std::map<std::string, std::string> qualifiers = {};  // lowercase keys, no empty values
  std::string subpath = {};

  friend bool operator==(const Purl&, const Purl&) = default;
};

// Takes hostile text and normalises what the types say (lowercase names of deb, apk and pypi, "_" of pypi).
// invalid_input: no "pkg:", no type or name, a key of another form or twice, broken percent-encoding, bytes
// that are no UTF-8, a NUL or a "/" hidden in a segment; limit_exceeded: more than 4,096 bytes.
Result<Purl> parse_purl(std::string_view text);

// The canonical text; parse_purl(text_of(p)) == p for every p that was parsed.
std::string text_of(const Purl& purl);

// The value of a qualifier, or "".
std::string_view qualifier(const Purl& purl, std::string_view key);

}  // namespace hauberk
