// SPDX-License-Identifier: Apache-2.0
#include "publish/registry_address.h"

#include <algorithm>

#include "base/fields.h"

namespace hauberk {
namespace {

constexpr std::string_view docker_hub = "docker.io";
constexpr std::string_view docker_hub_api = "registry-1.docker.io";
constexpr std::string_view prefixes[] = {"registry:", "docker://"};

std::string_view without_prefix(std::string_view text) {
  for (const std::string_view prefix : prefixes) {
    if (text.starts_with(prefix)) return text.substr(prefix.size());
  }
  return text;
}

}  // namespace

Result<RegistryAddress> RegistryAddress::of(const Reference& reference) {
  if (reference.registry().empty()) {
    return fail(ErrorKind::invalid_input,
                "cannot tell the registry of \"{}\": write it before the name, like "
                "registry.example/{} or localhost:5000/{}",
                reference.text(), reference.text(), reference.text());
  }
  RegistryAddress address{reference.registry(), reference.repository()};
  if (address.host == "index.docker.io") address.host = docker_hub;
  const bool is_official = address.host == docker_hub && !address.repository.contains('/');
  if (is_official) address.repository = "library/" + address.repository;
  return address;
}

std::string RegistryAddress::origin(std::string_view scheme) const {
  return fmt::format("{}://{}", scheme, host == docker_hub ? docker_hub_api : std::string_view(host));
}

bool names_registry(std::string_view text) { return without_prefix(text).size() != text.size(); }

Result<Reference> registry_reference(std::string_view text) {
  TRY(Reference reference, Reference::parse(without_prefix(text)));
  TRY_STATUS(RegistryAddress::of(reference));
  return reference;
}

std::string name_in_registry(const Reference& reference) {
  if (reference.digest()) return reference.digest()->text();
  return reference.tag().empty() ? "latest" : reference.tag();
}

std::string host_without_port(std::string_view host) {
  std::string name(host.substr(0, host.starts_with('[') ? host.find(']') : host.rfind(':')));
  if (name.starts_with('[')) name.erase(0, 1);
  std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return name;
}

bool is_loopback(std::string_view host) {
  const std::string name = host_without_port(host);
  if (name == "localhost" || name == "::1") return true;
  // Four numbers, and nothing that a resolver would be asked for: "127.example.org" is somebody's name.
  const auto parts = split(name, '.');
  const auto is_byte = [](std::string_view part) {
    const auto number = decimal(part);
    return number && *number < 256;
  };
  return parts.size() == 4 && parts.front() == "127" && std::ranges::all_of(parts, is_byte);
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += {'%', hex[byte >> 4], hex[byte & 15]};
  }
  return encoded;
}

}  // namespace hauberk
