// SPDX-License-Identifier: Apache-2.0
#include "publish/registry_error.h"

#include <algorithm>

#include "base/json.h"
#include "base/terminal_text.h"

namespace hauberk {
namespace {

constexpr std::size_t reason_limit_bytes = 300;

std::string text_member(const Json& json, const char* name) {
  const bool is_text = json.is_object() && json.contains(name) && json.at(name).is_string();
  return is_text ? json.at(name).get<std::string>() : std::string();
}

// A stranger's words, as a part of a line of ours.
std::string one_line(std::string text) {
  std::ranges::replace_if(text, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  text = terminal_text(text);
  if (text.size() <= reason_limit_bytes) return text;
  std::size_t end = reason_limit_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // inside a character
  return text.substr(0, end) + "...";
}

ErrorKind kind_of(int status, std::string_view reason) {
  if (reason.contains("DIGEST_INVALID")) return ErrorKind::verification_failed;
  if (status == 404) return ErrorKind::not_found;
  if (status == 409) return ErrorKind::conflict;
  if (status == 413) return ErrorKind::limit_exceeded;
  return ErrorKind::network;
}

std::string way_out(int status, std::string_view host) {
  if (status == 401) return fmt::format("; log in with `hauberk login {}`", host);
  if (status == 403) {
    return fmt::format("; whoever is logged in there (`hauberk login {}`) may not do this", host);
  }
  return {};
}

}  // namespace

std::string reference_text(const RegistryAddress& address, std::string_view name) {
  return fmt::format("{}{}{}", address.name(), name.contains(':') ? '@' : ':', name);
}

std::string registry_reason(std::string_view body) {
  const auto json = parse_json(body, {.size_bytes = 64 << 10, .depth = 16});
  if (!json || !json->is_object() || !json->contains("errors") || !json->at("errors").is_array()) return {};
  std::string reason;
  for (const Json& error : json->at("errors")) {
    const std::string code = text_member(error, "code"), message = text_member(error, "message");
    if (code.empty() && message.empty()) continue;
    if (!reason.empty()) reason += "; ";
    reason += message.empty() ? code : fmt::format("{} ({})", message, code);
    if (reason.size() > reason_limit_bytes) break;
  }
  return one_line(std::move(reason));
}

std::unexpected<Error> registry_error(const HttpAnswer& answer, std::string_view what,
                                      std::string_view host) {
  const std::string reason = registry_reason(answer.body);
  const std::string says = reason.empty() ? std::string() : ": " + reason;
  return fail(kind_of(answer.status, reason), "cannot {}: the registry answers {}{}{}", what, answer.status,
              says, way_out(answer.status, host));
}

}  // namespace hauberk
