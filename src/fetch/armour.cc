// SPDX-License-Identifier: Apache-2.0
#include "base/base64.h"
#include "fetch/keyring.h"

namespace hauberk {
namespace {

constexpr std::string_view begin_mark = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
constexpr std::string_view end_mark = "-----END PGP PUBLIC KEY BLOCK-----";

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
    const auto bytes = parse_base64(body_of(text.substr(0, end)));
    if (!bytes || bytes->empty())
      return fail(ErrorKind::invalid_input, "cannot use the keyring {}: its armour is no base64", name);
    keys += *bytes;
    text.remove_prefix(end + end_mark.size());
  }
  return keys;
}

}  // namespace hauberk
