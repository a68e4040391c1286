// Which of two versions is the later one, in the order of each world of packages.
//
// Specs: deb-version(7); apk-tools, version.c; Semantic Versioning 2.0.0 (Go modules, npm and Cargo use it,
// and write it more loosely); PEP 440; Maven's ComparableVersion; Gem::Version. Text is hostile, so numbers
// have any length and nothing overflows. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hauberk {

enum class VersionOrder : std::uint8_t { debian, apk, semver, pep440, maven, gem };

using MaybeOrdering = std::optional<std::strong_ordering>;

// None if one of them is no version of that order, or longer than 1,024 bytes. Equal means equal in the order
// ("1.0" and "1.0.0" of PEP 440), not equal text. Where it is not none it is a total order.
MaybeOrdering compare_versions(VersionOrder order, std::string_view a, std::string_view b);

// The single orders behind it.
MaybeOrdering compare_apk(std::string_view a, std::string_view b);
MaybeOrdering compare_semver(std::string_view a, std::string_view b);
MaybeOrdering compare_pep440(std::string_view a, std::string_view b);
MaybeOrdering compare_maven(std::string_view a, std::string_view b);
MaybeOrdering compare_gem(std::string_view a, std::string_view b);

}  // namespace hauberk
