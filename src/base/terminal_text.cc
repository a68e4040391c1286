// SPDX-License-Identifier: Apache-2.0
#include "base/terminal_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace hauberk {
namespace {

// Length of the valid UTF-8 sequence at the start of `text` and its code point; 0 if it is invalid.
std::size_t decode(std::string_view text, std::uint32_t& code) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  std::size_t size = 0;
  if (lead < 0x80) {
    code = lead;
    return 1;
  }
  if (lead >= 0xC2 && lead <= 0xDF) size = 2;
  if (lead >= 0xE0 && lead <= 0xEF) size = 3;
  if (lead >= 0xF0 && lead <= 0xF4) size = 4;
  if (size == 0 || text.size() < size) return 0;
  code = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    code = (code << 6) | (byte(i) & 0x3FU);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < least[size] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return 0;
  return size;
}

bool is_unsafe(std::uint32_t code) {
  if (code == '\n' || code == '\t') return false;
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x202A && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069) || code == 0x200E || code == 0x200F || code == 0x061C ||
         code == 0x2028 || code == 0x2029;
}

}  // namespace

std::string terminal_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    std::uint32_t code = 0;
    const std::size_t size = decode(text.substr(at), code);
    if (size > 0 && !is_unsafe(code)) {
      out.append(text.substr(at, size));
      at += size;
      continue;
    }
    for (std::size_t i = 0; i < std::max<std::size_t>(size, 1); ++i) {
      out += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(text[at + i]));
    }
    at += std::max<std::size_t>(size, 1);
  }
  return out;
}

std::string terminal_line(std::string_view text) {
  std::string line = terminal_text(text);
  std::ranges::replace_if(line, [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return line;
}

std::string wrapped(std::string_view line, std::size_t indent) {
  std::string text;
  std::size_t room = terminal_width;
  while (line.size() > room) {
    const std::size_t first_word = line.find_first_not_of(' ');
    std::size_t end = line.rfind(' ', room);
    if (end == std::string_view::npos || end < first_word) end = line.find(' ', room);
    if (end == std::string_view::npos) break;
    text += line.substr(0, end);
    text += '\n';
    text.append(indent, ' ');
    room = terminal_width - indent;
    line.remove_prefix(std::min(line.find_first_not_of(' ', end), line.size()));
  }
  text += line;
  return text;
}

}  // namespace hauberk
