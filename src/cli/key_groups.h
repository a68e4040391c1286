// Which keys have one passphrase, and how the passphrases of new keys are asked for.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "keys/passphrase.h"
#include "signer/key_folder.h"

namespace hauberk {

// Keys that are opened by the same hand, and so have one passphrase.
struct KeyGroup {
  std::string purpose;  // as read_passphrase() takes it
  std::vector<KeyName> names;
};

// In the order in which they are asked for: build and log; approval; root. Only what is wanted.
std::vector<KeyGroup> key_groups(const std::vector<KeyName>& wanted);

// The log's checkpoints are Ed25519, as their readers expect; all else is what cosign reads too.
KeyKind usual_kind(KeyName name);

// Passphrases for one group after the other: from a descriptor a line each, and where there is none left, the
// last one counts on.
class GroupPassphrases {
 public:
  explicit GroupPassphrases(std::optional<int> fd) { sources_.fd = fd; }

  Result<Secret> ask(const KeyGroup& group, PassphraseUse use);

 private:
  PassphraseSources sources_;
  std::optional<Secret> last_;
};

}  // namespace hauberk
