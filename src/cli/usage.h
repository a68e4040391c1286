// What a command line that is none should have been: the nearest verb, the nearest flag.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include <span>
#include <string>
#include <string_view>

namespace hauberk {

// A sentence about the error that parsing `words` (without the program's name) gave: which word is not known,
// the nearest one that is, and where to read more.
std::string usage_message(const CLI::App& app, const CLI::ParseError& error,
                          std::span<const std::string_view> words);

}  // namespace hauberk
