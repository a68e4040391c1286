// What a file is by its path: ballast, a credential, something that belongs to one machine alone, something
// that a package's own script made.
//
// Paths are relative to the root. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace hauberk {

// The folder that a cache, log or document is counted under ("usr/share/man"); "" for anything else.
// Copyright files stay: the licences ask for them.
std::string_view ballast_folder(std::string_view path);

// What an entry of this name is used to get in with ("an SSH key"); "" for anything else.
std::string_view credential_kind(std::string_view path);

// What a file that must be different on each machine is ("an SSH host key"); "" for anything else.
std::string_view machine_identity(std::string_view path);

// True for what packages' own scripts, package managers and runtimes make, so that no package lists it: the
// linker's cache, accounts, certificate bundles, byte code.
bool is_generated(std::string_view path);

// True for what images leave out of packages on purpose: documents, manuals, translations, caches, logs.
bool may_be_left_out(std::string_view path);

// True for folders of the system's programs, libraries and settings.
bool is_system_path(std::string_view path);

}  // namespace hauberk
