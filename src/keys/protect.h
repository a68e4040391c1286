// What a process does before it holds a private key.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

namespace hauberk {

// From now on this process leaves no core dump, and no other process of the same user may read its memory
// (ptrace, /proc/PID/mem). Not to be undone. io.
Status protect_process();

}  // namespace hauberk
