// The certificates of CA bundles: who is trusted, and until when.
//
// Spec: RFC 7468 (the text form), RFC 5280 (the content). Thread rule: values and pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/result.h"

namespace hauberk {

// A certificate of a CA bundle or of a file below /etc/ssl/certs or /usr/share/ca-certificates.
struct Certificate {
  std::string file = {};
  std::string subject = {};
  Digest sha256;               // of its DER form
  std::int64_t not_after = 0;  // seconds since 1970

  friend bool operator==(const Certificate&, const Certificate&) = default;
};

// True for the places where trusted certificates lie, of Debian, Alpine and Red Hat's family.
bool is_certificate_path(std::string_view path);

// The certificates of a PEM file, in its order. Other blocks and text between blocks are passed over.
// invalid_input: a certificate that cannot be read; limit_exceeded: more than 10,000, or one larger than 1
// MiB.
Result<std::vector<Certificate>> read_certificates(std::string_view path, std::string_view pem);

}  // namespace hauberk
