// SPDX-License-Identifier: Apache-2.0
#include "attest/simple_signing.h"

#include <algorithm>
#include <initializer_list>

#include "base/json.h"

namespace hauberk {
namespace {

constexpr std::string_view what = "simple signing payload";
constexpr std::string_view cosign_type = "cosign container image signature";

Status know_all(const Json& critical, std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : critical.items()) {
    if (std::ranges::find(known, key) != known.end()) continue;
    return fail(ErrorKind::unsupported, "{}: it has \"{}\" among what is critical, which is not known here",
                what, key);
  }
  return {};
}

}  // namespace

Result<SimpleSigning> parse_simple_signing(std::string_view text) {
  auto json = parse_json(text, {.size_bytes = most_simple_signing_bytes, .depth = 16});
  if (!json) return wrap(std::move(json).error(), what);
  TRY(const Json* critical, json_object(*json, "critical", what));
  TRY_STATUS(know_all(*critical, {"identity", "image", "type"}));
  TRY(const std::string type, json_string(*critical, "type", what));
  if (type != cosign_type) {
    return fail(ErrorKind::unsupported, "{}: its type is \"{}\", not \"{}\"", what, type, cosign_type);
  }
  TRY(const Json* identity, json_object(*critical, "identity", what));
  TRY(const Json* image, json_object(*critical, "image", what));
  TRY_STATUS(know_all(*identity, {"docker-reference"}));
  TRY_STATUS(know_all(*image, {"docker-manifest-digest"}));
  TRY(std::string reference, json_string(*identity, "docker-reference", what));
  TRY(const std::string digest_text, json_string(*image, "docker-manifest-digest", what));
  auto digest = Digest::parse(digest_text);
  if (!digest) return wrap(std::move(digest).error(), what);
  return SimpleSigning{std::move(reference), *std::move(digest)};
}

std::string text_of(const SimpleSigning& payload) {
  return canonical_json({{"critical",
                          {{"identity", {{"docker-reference", payload.reference}}},
                           {"image", {{"docker-manifest-digest", payload.manifest.text()}}},
                           {"type", cosign_type}}},
                         {"optional", nullptr}});
}

}  // namespace hauberk
