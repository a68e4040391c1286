// What a registry says when it refuses, for a person.
//
// Spec: OCI distribution-spec 1.1, "Error Codes". Hostile text: it is cut, and read with limits. Thread rule:
// pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "io/http.h"
#include "publish/registry_address.h"

namespace hauberk {

// "host/repo:tag" or "host/repo@digest".
std::string reference_text(const RegistryAddress& address, std::string_view name);

// "cannot <what>: <why>"; where logging in would help, it says so. The kind is not_found for 404, conflict
// for what is there and may not be overwritten, limit_exceeded for what is too large, verification_failed
// for bytes that the registry found to be others than their digest's, else network.
std::unexpected<Error> registry_error(const HttpAnswer& answer, std::string_view what, std::string_view host);

// The codes and messages in the body of an error: one line, safe to print, of at most 300 bytes and "..."
// where it was cut; "" where there are none.
std::string registry_reason(std::string_view body);

}  // namespace hauberk
