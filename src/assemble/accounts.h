// /etc/passwd, /etc/group and the home folders, from the definition and (in images with dpkg) Debian's base.
//
// Specs: passwd(5), group(5). No entry has a password or a hash; shells are nologin, but root's where root is
// kept. Thread rule: pure.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "assemble/effects.h"
#include "assemble/overlay.h"
#include "definition/definition.h"

namespace hauberk {

struct UserIds {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
};

// The uid and gid that the image runs as: of `run-as` (a name, a number, or either with ":group"), else
// 65532 in runtime images and root in dev images. invalid_input: a name that the accounts do not have.
Result<UserIds> run_as(const Definition& definition);

// Adds the files and homes. conflict: two users of one name with different ids.
Status add_accounts(Overlay& overlay, const Definition& definition, const EffectsOutcome& effects);

}  // namespace hauberk
