// "Did you mean": the known word nearest to one that is not known.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hauberk {

// The candidate with the smallest edit distance (insert, delete, replace, swap of neighbours), first in
// order on a tie; none if even the nearest differs in more than a third of its letters, at least one.
// Words above 100 bytes are not compared.
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace hauberk
