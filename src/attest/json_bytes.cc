// SPDX-License-Identifier: Apache-2.0
#include "attest/json_bytes.h"

#include "base/base64.h"

namespace hauberk {
namespace {

Result<std::string> parse_either(std::string_view text) {
  if (text.find_first_of("-_") != std::string_view::npos) {
    if (text.ends_with('=') && text.size() % 4 == 0) text = text.substr(0, text.find_last_not_of('=') + 1);
    return parse_base64url(text);
  }
  if (text.ends_with('=') || text.size() % 4 == 0) return parse_base64(text);
  return parse_base64(std::string(text) + std::string(4 - text.size() % 4, '='));
}

}  // namespace

Result<std::string> json_bytes(const Json& object, std::string_view key, std::string_view what) {
  TRY(const std::string text, json_string(object, key, what));
  auto bytes = parse_either(text);
  if (!bytes) return wrap(std::move(bytes).error(), fmt::format("{}: \"{}\"", what, key));
  return bytes;
}

}  // namespace hauberk
