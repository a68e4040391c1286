// SPDX-License-Identifier: Apache-2.0
#include "cli/registry_session.h"

#include "fetch/fetch.h"
#include "publish/credential_store.h"

namespace hauberk {

void add_registry_flags(CLI::App& verb, RegistryFlags& flags) {
  verb.add_flag("--insecure", flags.insecure,
                "Speak plain http to this registry: whoever is on the way sees and changes what is sent");
}

RegistryOptions registry_options(const Store* store, const RegistryFlags& flags) {
  RegistryOptions options;
  if (store != nullptr) options.http = http_options(store->config().upstreams);
  options.plain_http = flags.insecure;
  options.credentials = [](const std::string& host) -> Result<RegistryCredentials> {
    const auto kept = CredentialStore::of_user();
    if (!kept) return RegistryCredentials{};
    return kept->find(host);
  };
  return options;
}

}  // namespace hauberk
