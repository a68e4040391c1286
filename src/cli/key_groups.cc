// SPDX-License-Identifier: Apache-2.0
#include "cli/key_groups.h"

#include <algorithm>

namespace hauberk {

std::vector<KeyGroup> key_groups(const std::vector<KeyName>& wanted) {
  std::vector<KeyGroup> groups = {{"the keys of this machine (build, log)", {KeyName::build, KeyName::log}},
                                  {"the approval key, a person's", {KeyName::approval}},
                                  {"the root key, to be kept elsewhere", {KeyName::root}}};
  for (KeyGroup& group : groups) {
    std::erase_if(group.names, [&](KeyName name) { return std::ranges::find(wanted, name) == wanted.end(); });
  }
  std::erase_if(groups, [](const KeyGroup& group) { return group.names.empty(); });
  return groups;
}

KeyKind usual_kind(KeyName name) { return name == KeyName::log ? KeyKind::ed25519 : KeyKind::ecdsa_p256; }

Result<Secret> GroupPassphrases::ask(const KeyGroup& group, PassphraseUse use) {
  const bool may_repeat = sources_.fd && last_;
  TRY(Secret passphrase,
      read_passphrase(sources_, may_repeat ? PassphraseUse::existing : use, group.purpose));
  if (may_repeat && passphrase.size() == 0) return Secret::of(last_->view());
  TRY(last_, Secret::of(passphrase.view()));
  return passphrase;
}

}  // namespace hauberk
