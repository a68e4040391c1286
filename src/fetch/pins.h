// What was trusted because it came first: one small file for each URL, kept for good.
//
// File: <store>/pins/<sha256 of the URL>.json = {"sha256": hex, "url": public URL, "version": 1}.
// A pin is never changed by us: who wants another one removes the file. Thread rule: any thread or process.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/digest.h"
#include "store/store.h"

namespace hauberk {

// The digest that `url` is pinned to, if it is.
Result<std::optional<Digest>> pinned_digest(const Store& store, const std::string& url);

// Pins `url` to `digest`; idempotent. conflict: it is pinned to another one; the message says what to do.
Status pin_digest(const Store& store, const std::string& url, const Digest& digest);

}  // namespace hauberk
