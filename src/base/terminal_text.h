// Text from outside, made safe to show on a terminal.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace hauberk {

// `text` with control characters, escape sequences, bidirectional controls (U+202A to U+202E, U+2066 to
// U+2069, U+200E, U+200F, U+061C) and invalid UTF-8 replaced by \xHH of their bytes. Newlines and tabs
// are kept. Every string of a definition, package, image or server passes through here before printing.
std::string terminal_text(std::string_view text);

// The same, and newlines and tabs become blanks: for what stands within a line of ours, so that no text from
// outside looks like another line.
std::string terminal_line(std::string_view text);

inline constexpr std::size_t terminal_width = 100;  // what our texts are made for

// Breaks one line at blanks, so that as far as its words allow no part is longer than terminal_width bytes;
// those after the first begin with `indent` blanks. Blanks at the start stay.
std::string wrapped(std::string_view line, std::size_t indent);

}  // namespace hauberk
