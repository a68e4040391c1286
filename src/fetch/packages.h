// The packages of a lock, in the vault.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fetch/context.h"

namespace hauberk {

// Fetches what the vault lacks, several at a time, the largest first. not_found: the mirror has it no longer
// (or offline: not in the vault); verification_failed: not the bytes that the lock names.
Status fetch_packages(const FetchContext& context, const Lock& lock);

}  // namespace hauberk
