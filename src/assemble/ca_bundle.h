// The CA bundle: what update-ca-certificates and `openssl rehash` make of the closure's CA certificates.
//
// Certificates are usr/share/ca-certificates/**.crt, then usr/local/share/ca-certificates/**.crt (which a
// definition brings by `paths`), each sorted by path. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "assemble/effects.h"

namespace hauberk {

// Whether the file at this path (relative, merged /usr) is one that ca_bundle() reads.
bool is_ca_certificate(std::string_view path);

// Makes etc/ca-certificates.conf, etc/ssl/certs/ca-certificates.crt, for each certificate the link
// etc/ssl/certs/<name>.pem, and for each of these with exactly one certificate the link <subject hash>.<n>.
// invalid_input: a file that holds no PEM certificate; not_found: no certificate at all.
Result<std::vector<AddedFile>> ca_bundle(const EffectsInput& input, std::string_view why);

}  // namespace hauberk
