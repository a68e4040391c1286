// Which registry and repository a name means, and how they are reached.
//
// Docker Hub's names are older than the rule that a name begins with its registry: it is reached at another
// host, and its official images lie below "library". Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "oci/reference.h"

namespace hauberk {

struct RegistryAddress {
  std::string host;        // as names have it, with a port: "registry.example:5000"
  std::string repository;  // as its API has it: "team/nginx"

  // invalid_input: the reference names no registry.
  static Result<RegistryAddress> of(const Reference& reference);

  // Where its API answers: "https://registry.example:5000".
  std::string origin(std::string_view scheme) const;

  // "registry.example:5000/team/nginx", for messages.
  std::string name() const { return host + "/" + repository; }

  friend bool operator==(const RegistryAddress&, const RegistryAddress&) = default;
};

// "registry:HOST/REPO:TAG", or with the prefix that other programs have for it, "docker://".
bool names_registry(std::string_view text);

// The reference behind that prefix, or the text itself without one. invalid_input: it names no registry.
Result<Reference> registry_reference(std::string_view text);

// What the registry is asked for: the digest, else the tag, else "latest".
std::string name_in_registry(const Reference& reference);

// The host alone, in small letters and without its port or an IPv6 address's brackets.
std::string host_without_port(std::string_view host);

// Whether it is this machine itself, by its name or address: the one place where http is as good as https.
bool is_loopback(std::string_view host);

// Letters and digits as they are, all else as %HH: for a part of a URL's query.
std::string percent_encoded(std::string_view text);

}  // namespace hauberk
