// SPDX-License-Identifier: Apache-2.0
#include "signer/key_ring.h"

namespace hauberk {

Result<KeyRing> KeyRing::open(const KeyFolder& folder, std::span<const NeededKey> needed,
                              const Secret& passphrase) {
  KeyRing ring;
  for (const NeededKey& each : needed) {
    TRY(PrivateKey key, folder.open(each, passphrase));
    ring.add(each.name, std::move(key));
  }
  return ring;
}

const PrivateKey* KeyRing::find(KeyName name) const {
  const auto at = keys_.find(name);
  return at == keys_.end() ? nullptr : &at->second;
}

}  // namespace hauberk
