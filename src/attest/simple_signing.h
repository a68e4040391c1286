// Cosign's older signature: a small document that names an image's digest, signed as it is.
//
//   {"critical": {"identity": {"docker-reference": "registry.example/nginx"},
//                 "image": {"docker-manifest-digest": "sha256:<hex>"},
//                 "type": "cosign container image signature"},
//    "optional": null}
//
// Spec: sigstore/cosign, specs/SIGNATURE_SPEC.md; containers/image, "Simple signing". What is below
// "critical" has to be understood, so an unknown member there is refused; "optional" is ignored. The
// reference is what the signer called the image, and says nothing about where it was found. Nothing here is
// verified: see verified.h. Thread rule: a value and functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/digest.h"

namespace hauberk {

struct SimpleSigning {
  std::string reference;  // may be empty
  Digest manifest;

  friend bool operator==(const SimpleSigning&, const SimpleSigning&) = default;
};

inline constexpr std::size_t most_simple_signing_bytes = 1 << 20;

// invalid_input: malformed; unsupported: of another type, or with something critical that we do not know.
Result<SimpleSigning> parse_simple_signing(std::string_view text);

// Byte for byte what cosign writes.
std::string text_of(const SimpleSigning& payload);

}  // namespace hauberk
