// InRelease in, signed text out: what gpgv verified, and nothing else.
//
// Spec: OpenPGP cleartext signatures (RFC 4880, section 7); gpgv's status lines (GnuPG doc/DETAILS). The text
// that is used is the one gpgv wrote; what stands outside the signed part is refused (docs/decisions/0008).
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fetch/context.h"
#include "fetch/keyring.h"

namespace hauberk {

struct SignatureCheck {
  std::string text;  // empty if no key of the keyring signed it
  std::vector<std::string> signed_by;  // fingerprints of primary keys, sorted; empty: none that we know
  std::vector<std::string> unknown_keys;  // ids of keys that signed it and are not in the keyring
};

// Runs gpgv, or takes its answer of the same bytes and keyring from the cache (for a day; offline for good).
// verification_failed: no signature, a bad one, an expired or revoked key, a weak hash, text outside;
// not_found: no gpgv. `what` is the suite's URL.
Result<SignatureCheck> check_signature(const FetchContext& context, std::string_view inrelease,
                                       const Digest& digest, const Keyring& keyring, std::string_view what);

// The form alone: one cleartext message and nothing around it. verification_failed otherwise.
Status check_clear_signed(std::string_view inrelease, std::string_view what);

// What gpgv's status lines mean. verification_failed as above.
Result<SignatureCheck> parse_gpgv_status(std::string_view status, std::string_view what);

}  // namespace hauberk
