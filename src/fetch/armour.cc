// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <optional>

#include "fetch/keyring.h"

namespace hauberk {
namespace {

constexpr std::string_view begin_mark = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
constexpr std::string_view end_mark = "-----END PGP PUBLIC KEY BLOCK-----";

std::optional<std::uint32_t> value_of(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<std::uint32_t>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a' + 26);
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0' + 52);
  if (c == '+') return 62;
  if (c == '/') return 63;
  return std::nullopt;
}

// Decodes base64 without white space; padding ends it.
std::optional<std::string> from_base64(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  const auto padding = text.find('=');
  for (const char c : text.substr(0, padding)) {
    const auto value = value_of(c);
    if (!value) return std::nullopt;
    bits = (bits << 6) | *value;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>((bits >> count) & 0xff);
  }
  return bytes;
}

std::string_view next_line(std::string_view& rest) {
  const auto end = std::min(rest.find('\n'), rest.size());
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
  return line;
}

// The base64 of a block: what stands after the headers' blank line and before the checksum line.
std::string body_of(std::string_view block) {
  next_line(block);
  while (!block.empty() && !next_line(block).empty()) continue;
  std::string body;
  while (!block.empty()) {
    const auto line = next_line(block);
    if (line.starts_with('=')) break;
    body += line;
  }
  return body;
}

}  // namespace

Result<std::string> unarmoured(std::string_view text, std::string_view name) {
  if (text.contains("-----BEGIN PGP PRIVATE KEY BLOCK-----"))
    return fail(ErrorKind::invalid_input, "cannot use the keyring {}: it holds a private key", name);
  if (!text.contains(begin_mark)) return std::string(text);
  std::string keys;
  for (auto start = text.find(begin_mark); start != std::string_view::npos; start = text.find(begin_mark)) {
    text.remove_prefix(start);
    const auto end = text.find(end_mark);
    if (end == std::string_view::npos)
      return fail(ErrorKind::invalid_input, "cannot use the keyring {}: its armour has no end", name);
    const auto bytes = from_base64(body_of(text.substr(0, end)));
    if (!bytes || bytes->empty())
      return fail(ErrorKind::invalid_input, "cannot use the keyring {}: its armour is no base64", name);
    keys += *bytes;
    text.remove_prefix(end + end_mark.size());
  }
  return keys;
}

}  // namespace hauberk
