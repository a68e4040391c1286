// The types of predicates that Hauberk writes, and the short names by which people ask for them.
//
// Each is exactly the string that stands in a statement. Types of our own begin with one prefix, and end in
// the version of their form.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hauberk {

namespace predicate {
inline constexpr std::string_view signature = "https://sigstore.dev/cosign/sign/v1";
inline constexpr std::string_view spdx = "https://spdx.dev/Document";
inline constexpr std::string_view cyclonedx = "https://cyclonedx.org/bom";
inline constexpr std::string_view provenance = "https://slsa.dev/provenance/v1";
inline constexpr std::string_view vex = "https://openvex.dev/ns/v0.2.0";
inline constexpr std::string_view vulns = "https://in-toto.io/attestation/vulns/v0.2";
inline constexpr std::string_view tests = "https://in-toto.io/attestation/test-result/v0.1";
inline constexpr std::string_view hardening = "urn:x-hauberk:hardening:v1";
inline constexpr std::string_view secrets = "urn:x-hauberk:secrets:v1";
inline constexpr std::string_view lock = "urn:x-hauberk:lock:v1";
inline constexpr std::string_view sources = "urn:x-hauberk:sources:v1";
inline constexpr std::string_view inputs = "urn:x-hauberk:inputs:v1";
inline constexpr std::string_view changelog = "urn:x-hauberk:changelog:v1";
inline constexpr std::string_view coverage = "urn:x-hauberk:coverage:v1";
inline constexpr std::string_view reproduced = "urn:x-hauberk:reproduced:v1";
}  // namespace predicate

struct PredicateName {
  std::string_view name;  // "spdx"
  std::string_view type;  // "https://spdx.dev/Document"
};

// All of the above, sorted by name.
std::span<const PredicateName> predicate_names();

// The type for one of our names, or for a type itself (any URI). invalid_input says the nearest name.
Result<std::string> parse_predicate_type(std::string_view text);

// Our name for the type; the type itself where we have none.
std::string_view short_name_of(std::string_view predicate_type);

// Where a predicate of this type says when it was made: a JSON pointer. Null: it does not say.
const char* time_pointer_of(std::string_view predicate_type);

}  // namespace hauberk
