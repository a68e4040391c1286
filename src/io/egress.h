// What may leave this machine, and by which way: private addresses and the proxy of the environment.
//
// Spec: the IANA special-purpose address registries (RFC 6890 and later). Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <string>
#include <string_view>
#include <vector>

#include "io/http.h"
#include "io/http_url.h"

namespace hauberk {

// Whether an address is not one of the public internet: private, loopback, link-local, shared, multicast,
// reserved, or an IPv6 form that carries such an IPv4 address. Anything but IPv4 and IPv6 is private.
bool is_private_address(const sockaddr& address);

// Whether a host is written as a private address, or is localhost by name. Other names are not resolved.
bool names_private_address(const std::string& host);

// Whether private addresses are fine for this host.
bool allows_private(const EgressRules& rules, const std::string& host);

// The proxy that the environment asks for: http_proxy (lower case only), https_proxy, all_proxy, and the
// exceptions of no_proxy: "*", or host names that also stand for what is below them, or addresses.
class ProxySettings {
 public:
  static ProxySettings of_environment();

  // The proxy for this URL; empty for none.
  std::string proxy_for(const HttpUrl& url) const;

 private:
  std::string http_, https_;
  std::vector<std::string> exceptions_;
};

}  // namespace hauberk
