// Addresses that are not public, and the proxy of the environment.
//
// SPDX-License-Identifier: Apache-2.0
#include "io/egress.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>

namespace hauberk {
namespace {

struct Network4 {
  std::uint32_t start;
  int bits;
};

constexpr std::uint32_t ip(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

constexpr Network4 private_networks[] = {
    {ip(0, 0, 0, 0), 8},       // this network
    {ip(10, 0, 0, 0), 8},      // private
    {ip(100, 64, 0, 0), 10},   // shared by a provider's customers
    {ip(127, 0, 0, 0), 8},     // loopback
    {ip(169, 254, 0, 0), 16},  // link-local, and the metadata of clouds
    {ip(172, 16, 0, 0), 12},   // private
    {ip(192, 0, 0, 0), 24},    // protocol assignments
    {ip(192, 168, 0, 0), 16},  // private
    {ip(198, 18, 0, 0), 15},   // benchmarks
    {ip(224, 0, 0, 0), 3},     // multicast, reserved, broadcast
};

bool is_private4(std::uint32_t address) {
  return std::ranges::any_of(private_networks, [&](const Network4& network) {
    return (address ^ network.start) >> (32 - network.bits) == 0;
  });
}

using Bytes6 = std::array<std::uint8_t, 16>;

// The IPv4 address at `offset` of an IPv6 one.
std::uint32_t embedded4(const Bytes6& bytes, std::size_t offset) {
  return ip(bytes[offset], bytes[offset + 1], bytes[offset + 2], bytes[offset + 3]);
}

bool begins_with(const Bytes6& bytes, std::initializer_list<std::uint8_t> prefix) {
  return std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

bool is_private6(const Bytes6& bytes) {
  if (begins_with(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})) {  // IPv4-mapped
    return is_private4(embedded4(bytes, 12));
  }
  if (begins_with(bytes, {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) {  // NAT64
    return is_private4(embedded4(bytes, 12));
  }
  if (begins_with(bytes, {0x20, 0x02})) return is_private4(embedded4(bytes, 2));  // 6to4
  if (begins_with(bytes, {0x20, 0x01, 0, 0})) return true;                        // Teredo: any IPv4 inside
  return (bytes[0] & 0xe0) != 0x20;  // only 2000::/3 is public
}

std::string variable(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
  }
  return {};
}

// "example.org" is matched by itself and by what is below it; a leading dot changes nothing.
bool matches(std::string_view exception, std::string_view host) {
  if (exception == "*") return true;
  if (exception.starts_with('.')) exception.remove_prefix(1);
  if (exception.empty() || !host.ends_with(exception)) return false;
  const std::size_t rest = host.size() - exception.size();
  return rest == 0 || host[rest - 1] == '.';
}

}  // namespace

bool is_private_address(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof in);
    return is_private4(ntohl(in.sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, &address, sizeof in);
    Bytes6 bytes;
    std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
    return is_private6(bytes);
  }
  return true;
}

bool names_private_address(const std::string& host) {
  const std::string name = host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
  if (name == "localhost" || name.ends_with(".localhost")) return true;
  in_addr four{};
  if (::inet_pton(AF_INET, name.c_str(), &four) == 1) return is_private4(ntohl(four.s_addr));
  Bytes6 six;
  const std::string without_zone = name.substr(0, name.find('%'));
  return ::inet_pton(AF_INET6, without_zone.c_str(), six.data()) == 1 && is_private6(six);
}

bool allows_private(const EgressRules& rules, const std::string& host) {
  return rules.allow_private_addresses || std::ranges::find(rules.allow_private_hosts, host) !=
                                              rules.allow_private_hosts.end();
}

ProxySettings ProxySettings::of_environment() {
  ProxySettings settings;
  // HTTP_PROXY in capitals is what a web server hands a CGI program for a request header: not read.
  settings.http_ = variable({"http_proxy", "all_proxy", "ALL_PROXY"});
  settings.https_ = variable({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
  const std::string text = variable({"no_proxy", "NO_PROXY"});
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find_first_of(", ", start), text.size());
    if (end > start) settings.exceptions_.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return settings;
}

std::string ProxySettings::proxy_for(const HttpUrl& url) const {
  for (const std::string& exception : exceptions_) {
    if (matches(exception, url.host())) return {};
  }
  return url.scheme() == "https" ? https_ : http_;
}

}  // namespace hauberk
