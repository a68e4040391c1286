// SPDX-License-Identifier: Apache-2.0
#include "publish/token_answer.h"

#include <algorithm>

#include "base/json.h"

namespace hauberk {
namespace {

constexpr std::size_t answer_limit_bytes = 256 << 10;
constexpr std::size_t token_limit_bytes = 64 << 10;
constexpr std::int64_t longest_seconds = 24 * 60 * 60;

[[nodiscard]] std::unexpected<Error> malformed(std::string_view why) {
  return fail(ErrorKind::invalid_input, "cannot use what the token server answers: {}", why);
}

bool is_string(const Json& json, const char* key) { return json.contains(key) && json.at(key).is_string(); }

std::chrono::seconds lifetime_of(const Json& json) {
  if (!json.contains("expires_in") || !json.at("expires_in").is_number_integer())
    return TokenAnswer{}.lifetime;
  const auto& value = json.at("expires_in");
  const bool is_huge = value.is_number_unsigned() && value.get<std::uint64_t>() > longest_seconds;
  return std::chrono::seconds(is_huge
                                  ? longest_seconds
                                  : std::clamp<std::int64_t>(value.get<std::int64_t>(), 0, longest_seconds));
}

}  // namespace

Result<TokenAnswer> parse_token_answer(std::string_view text) {
  auto json = parse_json(text, {.size_bytes = answer_limit_bytes, .depth = 16});
  if (!json && json.error().kind == ErrorKind::limit_exceeded)
    return std::unexpected(std::move(json).error());
  if (!json || !json->is_object()) return malformed("it is no JSON object");
  const char* const name = is_string(*json, "token") ? "token" : "access_token";
  if (!is_string(*json, name)) return malformed("it has no token");
  TokenAnswer answer{.token = json->at(name).get<std::string>(), .lifetime = lifetime_of(*json)};
  if (answer.token.size() > token_limit_bytes) {
    return fail(ErrorKind::limit_exceeded, "cannot use what the token server answers: the token is too long");
  }
  const bool printable = std::ranges::all_of(answer.token, [](char c) { return c > ' ' && c < '\x7f'; });
  if (answer.token.empty() || !printable) return malformed("the token is empty, or no word");
  return answer;
}

}  // namespace hauberk
