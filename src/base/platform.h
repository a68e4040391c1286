// The platform an image runs on. Two exist: linux/amd64 and linux/arm64.
//
// Spec: OCI image-spec, image-index.md, "platform"; the definition format's `platforms`.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <string_view>

#include "base/result.h"

namespace hauberk {

class Platform {
 public:
  // Parses "linux/amd64" or "linux/arm64"; anything else is unsupported and says which there are.
  static Result<Platform> parse(std::string_view text);

  static constexpr Platform amd64() { return Platform(Architecture::amd64); }
  static constexpr Platform arm64() { return Platform(Architecture::arm64); }
  static constexpr std::array<Platform, 2> all() { return {amd64(), arm64()}; }

  // The platform of the machine that we run on; unsupported elsewhere than on these two.
  static Result<Platform> of_this_machine();

  // "linux/amd64".
  std::string_view text() const;

  // "amd64": the word of OCI's `architecture`, of Debian and of the format's `target.arch` alike.
  std::string_view architecture() const;

  friend constexpr auto operator<=>(const Platform&, const Platform&) = default;

 private:
  enum class Architecture { amd64, arm64 };
  constexpr explicit Platform(Architecture architecture) : architecture_(architecture) {}
  Architecture architecture_;
};

}  // namespace hauberk
