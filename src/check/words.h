// Numbers as reports write them.
//
// Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hauberk {

// "2 files", "1 file"
std::string counted(std::size_t number, std::string_view what);

// "312 bytes", "4.5 kB", "120.0 MB": powers of ten, as registries count.
std::string size_text(std::uint64_t bytes);

}  // namespace hauberk
