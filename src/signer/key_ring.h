// The private keys that one signer process holds.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>

#include "signer/key_folder.h"

namespace hauberk {

class KeyRing {
 public:
  // Opens these keys with one passphrase; scrypt runs once for each. As KeyFolder::open.
  static Result<KeyRing> open(const KeyFolder& folder, std::span<const NeededKey> needed,
                              const Secret& passphrase);

  void add(KeyName name, PrivateKey key) { keys_.insert_or_assign(name, std::move(key)); }

  // nullptr: it is not held here.
  const PrivateKey* find(KeyName name) const;
  const std::map<KeyName, PrivateKey>& all() const { return keys_; }

 private:
  std::map<KeyName, PrivateKey> keys_;
};

}  // namespace hauberk
