// Which Debian mirror a new store begins with, and what its address is like.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace hauberk {

// Debian's own names, for hosts that have no Debian source.
inline constexpr std::string_view public_mirror = "http://ftp.debian.org/debian";
inline constexpr std::string_view public_security_mirror = "http://security.debian.org/debian-security";

// The host of an http or https URL, as HttpUrl has it; empty for anything else.
std::string host_of_url(std::string_view url);

// Whether the host is, or its name resolves to, an address that the egress rules call private (io/egress.h).
// Asks the resolver; false if the name does not resolve.
bool has_private_address(const std::string& host);

}  // namespace hauberk
