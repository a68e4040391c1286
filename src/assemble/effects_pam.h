// /etc/pam.d/common-*: what pam-auth-update makes of PAM's templates and profiles on a fresh system.
//
// Spec: pam-auth-update(8). The profiles that are on by default, by priority; a module list's `end` is the
// number of lines to the end of the primary block. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "assemble/effects.h"

namespace hauberk {

// Whether pam-auth-update reads the file: usr/share/pam/common-* and usr/share/pam-configs/*.
bool is_pam_file(std::string_view path);

// The files etc/pam.d/common-*, and var/lib/pam/* by which pam-auth-update later knows what it wrote; none
// if the closure has no templates.
std::vector<AddedFile> pam_common_files(const EffectsInput& input, std::string_view why);

}  // namespace hauberk
