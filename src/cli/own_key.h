// Whether what this store signs is believed: by its own trust.json, which those who verify have too.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.h"
#include "signer/key_folder.h"
#include "trust/trust.h"

namespace hauberk {

// Warns where the store's key of this name may not sign this by the store's trust.json: it is not in it, was
// revoked, has ended, or is for other repositories or statements. Signing goes on: the list may be changed
// afterwards. No trust.json, or no such key: nothing is said here.
void warn_if_not_believed(Session& session, const Store& store, KeyName name, const SigningRequest& request);

}  // namespace hauberk
