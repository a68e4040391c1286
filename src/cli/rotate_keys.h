// New keys in the place of old ones, believed from the moment that they are there.
//
// The order is: the root key is opened; the new keys are made and kept beside the old ones
// (signer/next_key.h); trust.json, which names them, is signed and kept; they take their places, and the old
// private keys are destroyed. A run that was interrupted is ended by the same command: it makes no second
// key.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/trust_edit.h"

namespace hauberk {

struct RotateOptions {
  RootOptions root;
  std::chrono::days grace{90};  // for which what the old key signed goes on to count
  Time now = {};
  bool root_is_lost = false;  // nobody has it: the new root signs alone, and everybody must be told
};

struct RotatedKey {
  KeyName name;
  std::string called;  // its name in trust.json
  PublicKey key;
  std::string old_called = {};  // empty: there was none
  std::string old_end = {};  // RFC 3339
  bool old_is_revoked = false;
};

struct Rotation {
  Trust trust;
  std::vector<RotatedKey> keys;
  bool was_interrupted = false;  // all that was left to do was to put the keys in their places
};

// Of build, approval and log: one or more. As Signer's functions; conflict: the new passphrase is not that of
// the key of the same group that stays.
Result<Rotation> rotate_keys(const Session& session, const std::vector<KeyName>& names,
                             const RotateOptions& options);

// Signed by the old root and the new one; or, where the old one is lost, by the new one alone.
Result<Rotation> rotate_root(const Session& session, const RotateOptions& options);

}  // namespace hauberk
