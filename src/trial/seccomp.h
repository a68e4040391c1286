// The system calls that a container under test may not make.
//
// Spec: OCI runtime-spec 1.0.2, config-linux.md, "Seccomp".
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "base/platform.h"

namespace hauberk {

// The `linux.seccomp` object: all is allowed but what is named, for one architecture; calls of another one
// (32-bit programs) end the program.
Json seccomp_profile(Platform platform);

}  // namespace hauberk
