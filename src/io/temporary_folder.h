// A folder of our own for files that nobody needs afterwards.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hauberk {

// Makes "hauberk-<purpose>-XXXXXX", for its owner alone (0700), in `parent`; if that is empty in $TMPDIR,
// else in /var/tmp: what is put there may be larger than memory. Returns its absolute path; whoever asked
// removes it. io: it cannot be made, and what to do.
Result<std::string> make_temporary_folder(std::string_view purpose, const std::string& parent = {});

}  // namespace hauberk
