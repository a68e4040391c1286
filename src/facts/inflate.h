// zlib streams in memory, with limits.
//
// Spec: RFC 1950. Thread rule: a pure function.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/result.h"

namespace hauberk {

// The whole of one zlib stream; bytes after it are padding and not looked at. invalid_input: corrupt or cut;
// limit_exceeded: more than `limit_bytes`.
Result<std::string> inflate_zlib(std::span<const std::byte> stream, std::size_t limit_bytes);

}  // namespace hauberk
