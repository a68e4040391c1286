// The keys of one installation: keys/<name>.key, sealed by a passphrase (keys/key_file.h), and
// keys/<name>.pub.
//
//   build     signs what is built and what was found in it, unattended
//   approval  a person's: signs decisions (exceptions, rollbacks) and what somebody else confirms
//   log       Ed25519: signs checkpoints of the log
//   root      says in trust.json which keys are believed; to be kept away from this machine
//
// Thread rule: a KeyFolder may be used from several threads and processes at once.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "keys/private_key.h"
#include "store/store.h"

namespace hauberk {

enum class KeyName { build, approval, log, root };
inline constexpr std::array all_key_names = {KeyName::build, KeyName::approval, KeyName::log, KeyName::root};

// "build", "approval", "log", "root"
std::string_view name_of(KeyName name);
Result<KeyName> parse_key_name(std::string_view text);

// A key that is needed, and the file that it is in if that is not the store's: a root key on a stick.
struct NeededKey {
  KeyName name;
  std::string file = {};
};

// "build", or "root=/media/stick/root.key".
Result<NeededKey> parse_needed_key(std::string_view text);

class KeyFolder {
 public:
  // The store's folder keys/; `store` must live longer.
  explicit KeyFolder(const Store& store) : dir_(store.dir()) {}

  // Where the private key lies, for messages.
  std::string path_of(KeyName name) const;
  std::string path_of(const NeededKey& key) const { return key.file.empty() ? path_of(key.name) : key.file; }

  // Whether the private key is here: the root's should be elsewhere.
  Result<bool> has_private(KeyName name) const;
  Result<bool> has_public(KeyName name) const;

  // not_found says how to make one.
  Result<PublicKey> public_key(KeyName name) const;

  // As decrypt_key(); also conflict: the .pub beside it is another key's.
  Result<PrivateKey> open(const NeededKey& key, const Secret& passphrase) const;

  // Writes both files, the private one first. conflict: there is a key of this name; it stays as it is.
  Status add(KeyName name, const PrivateKey& key, const Secret& passphrase) const;

  // Writes the .pub that belongs to a .key, after a crash between the two or a copy of only one.
  Status restore_public(KeyName name, const PrivateKey& key) const;

 private:
  const Dir& dir_;
};

}  // namespace hauberk
