// A key that will take another's place: kept beside it before trust.json names it, and put there after.
//
//   keys/<name>.next.key, keys/<name>.next.pub
//
// So there is no moment in which trust.json names a key that nobody has, and a crash at any point is mended
// by the same command again. The private key before it is destroyed when the next takes its place: nothing
// will ever have to be signed with it again. Thread rule: as KeyFolder.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "signer/key_folder.h"

namespace hauberk {

class NextKey {
 public:
  // `store` must live longer.
  NextKey(const Store& store, KeyName name) : dir_(store.dir()), name_(name) {}

  // The one that waits; none: there is none, or only a part of it.
  Result<std::optional<PublicKey>> waiting() const;

  // Keeps it, in place of one that waits already. Durable when this returns.
  Status keep(const PrivateKey& key, const Secret& passphrase) const;

  // The waiting one becomes the key of this name. Idempotent until it is done: not_found after that.
  Status put_in_place() const;

 private:
  std::string file(std::string_view ending) const;

  const Dir& dir_;
  KeyName name_;
};

}  // namespace hauberk
