// The keys that a repository's signature is checked against.
//
// gpgv reads binary keyrings only, and from a path: so a keyring is read once, unarmoured if it is text, and
// lies under its digest in cache/keyrings/. Thread rule: values; the functions from any thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "fetch/context.h"
#include "fetch/repositories.h"

namespace hauberk {

struct Keyring {
  std::string name;         // in messages: the file or the URLs it came from
  std::string path;         // absolute or with a slash: what gpgv is given
  Digest digest;            // of the binary keyring
  bool is_default = false;  // the distribution's own: its Origin must be the distribution's
  // Not empty: these keys came by URL, and what they sign is called unsigned.
  std::vector<LockedFile> first_use_keys = {};
};

// The one that the configuration names for the repository: the longest prefix, "" (or Debian's archive
// keyring) if none fits.
Result<Keyring> configured_keyring(const FetchContext& context, const Repository& repository);

// The keys that the definition brings by URL, each pinned on first use. conflict: a key has changed.
Result<Keyring> first_use_keyring(const FetchContext& context, const std::vector<std::string>& urls);

// A key by URL as it came, in the vault and pinned.
Result<Stored> first_use_key(const FetchContext& context, const std::string& url);

// The bytes of ASCII-armoured keys (RFC 4880, section 6.2); binary input is returned as it is. All armoured
// blocks of the text count. invalid_input: damaged armour, or a private key.
Result<std::string> unarmoured(std::string_view text, std::string_view name);

}  // namespace hauberk
