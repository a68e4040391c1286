// Where the user's credentials for registries are kept: Docker's config.json, or the helper that it names.
//
// A helper is a program docker-credential-<name> that keeps secrets in the desktop's keyring, `pass` or the
// like. It is asked on its standard input and answers on its output; it gets our environment, since it works
// for the same user. Spec: Docker's command line reference, "Credential helper protocol". Thread rule: one
// thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "publish/docker_config.h"

namespace hauberk {

class CredentialStore {
 public:
  // $DOCKER_CONFIG, else ~/.docker. not_found: neither is known.
  static Result<CredentialStore> of_user();
  explicit CredentialStore(std::string folder) : folder_(std::move(folder)) {}

  // Nobody's, where none are kept. invalid_input: a config.json, or a helper's answer, that cannot be read;
  // not_found: a helper that is not installed; io: it fails.
  Result<RegistryCredentials> find(std::string_view host) const;

  // Keeps them, in the helper if one is configured, else in config.json (mode 0600, replaced whole; what else
  // is in it stays). Returns the helper's name; none: they are in the file, readable for who reads it.
  Result<std::optional<std::string>> keep(std::string_view host,
                                          const RegistryCredentials& credentials) const;

  // False: there were none.
  Result<bool> forget(std::string_view host) const;

  std::string path() const { return folder_ + "/config.json"; }

 private:
  Result<DockerConfig> read() const;
  Status write(const DockerConfig& config) const;

  std::string folder_;
};

}  // namespace hauberk
