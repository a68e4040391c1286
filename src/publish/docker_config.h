// Docker's config.json: who we are at which registry.
//
//   {"auths":       {"registry.example": {"auth": base64 of "user:password", "identitytoken": "..."}},
//    "credHelpers": {"registry.example": "helper"},       the program docker-credential-helper knows it
//    "credsStore":  "helper",                              the same for all other registries
//    ...}                                                  of others: kept as it is
//
// Spec: Docker's command line reference, "docker login". The file is hostile text, up to 4 MiB. Thread
// rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace hauberk {

// Empty in all parts: nobody, as an anonymous user is.
struct RegistryCredentials {
  std::string user = {};
  std::string password = {};
  std::string identity_token = {};  // stands in for both, at the token server

  bool is_nobody() const { return user.empty() && password.empty() && identity_token.empty(); }
  friend bool operator==(const RegistryCredentials&, const RegistryCredentials&) = default;
};

class DockerConfig {
 public:
  // invalid_input: no JSON object, or a member that we read has another type; limit_exceeded. "" is an empty
  // file.
  static Result<DockerConfig> parse(std::string_view text);

  // The helper's name for this registry ("pass" for docker-credential-pass); none: they lie in the file.
  // invalid_input: a name that is no program's. `host` as a reference has it: "registry.example:5000".
  Result<std::optional<std::string>> helper(std::string_view host) const;

  // What the file itself holds. invalid_input: damaged (does not show what is in it).
  Result<RegistryCredentials> credentials(std::string_view host) const;

  // Puts credentials into the file itself; what else it holds stays.
  void set(std::string_view host, const RegistryCredentials& credentials);
  // Notes that the registry is known without saying how, as Docker does beside a helper.
  void set_known(std::string_view host);
  // False: there was nothing.
  bool erase(std::string_view host);

  // As Docker writes it: indented.
  std::string text() const;

 private:
  explicit DockerConfig(Json json) : json_(std::move(json)) {}
  Json json_;
};

// The registry's name in config.json and for helpers: the host, but Docker Hub's is a URL of old.
std::string credentials_key(std::string_view host);

}  // namespace hauberk
