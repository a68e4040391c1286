// Guards: the restrictions that every image gets unless its definition switches one off by name.
//
// docs/guards.md lists them in plain words. A guard is switched off with the annotation
// "hauberk.allow: NAME..." of the definition or with --allow NAME, and the lock records the state of each.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "tar/entry.h"

namespace hauberk {

inline constexpr std::string_view allow_annotation = "hauberk.allow";

struct Guard {
  std::string_view name;
  std::string_view effect;  // one plain sentence
};

// All guards, by name.
std::span<const Guard> all_guards();

// Which guards are in force; every known name is a key.
using GuardStates = std::map<std::string, bool>;

// All in force but those named in `allow` (space-separated). invalid_input: an unknown name, with the
// nearest.
Result<GuardStates> guard_states(std::string_view allow);

// The guard that leaves a package's file out of the image; none if it stays. `path` is relative, merged /usr.
// Directories stay unless nothing below them can.
std::optional<std::string_view> left_out_by(std::string_view path, bool is_directory,
                                            const GuardStates& guards);

// The mode that the entry gets in the image: setuid, setgid and world-writable bits go where guards say so.
std::uint32_t guarded_mode(const TarEntry& entry, const GuardStates& guards);

}  // namespace hauberk
