// Lines of fields, as passwd(5), group(5) and their like have them.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace hauberk {

// The parts between separators, empty ones too: "a::b" has three. Views into `text`.
std::vector<std::string_view> split(std::string_view text, char separator);

// Decimal digits alone, below 2^32; none for anything else, also for "" and "+1".
std::optional<std::uint32_t> decimal(std::string_view text);

}  // namespace hauberk
