// What the verbs that talk to a registry share: their flags, and how its client is made of them.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

#include "publish/registry_client.h"
#include "store/store.h"

namespace hauberk {

struct RegistryFlags {
  bool insecure = false;
};

void add_registry_flags(CLI::App& verb, RegistryFlags& flags);

// Options for a registry: the store's rules for addresses, and the user's credentials if it asks for some.
// `store` may be null: then no private address is reached but one that is written as such.
RegistryOptions registry_options(const Store* store, const RegistryFlags& flags);

}  // namespace hauberk
