// What the keys of one installation may sign, until somebody says otherwise: the first trust.json.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "signer/key_folder.h"
#include "trust/trust_file.h"

namespace hauberk {

// The builder that `hauberk build` names in provenance.
inline constexpr std::string_view local_builder = "urn:x-hauberk:builder:local";

// Not the type of a statement: the right to sign the log's checkpoints.
inline constexpr std::string_view log_checkpoint = "urn:x-hauberk:checkpoint:v1";

// What the signer lets this key sign (signer/rights.h), of what we know by name; in every repository; from
// `now` on. For build, approval and log.
TrustedKey usual_entry(KeyName name, PublicKey key, Time now);

// Says in trust.json that the keys of this folder count, and keeps it. `root` is at hand because it was just
// made, or opened.
Result<Trust> make_first_trust(const Store& store, const PrivateKey& root, Time now);

// The document and a signature by a key that is in this process.
Result<Envelope> signed_by(const TrustDocument& document, const PrivateKey& root);

}  // namespace hauberk
