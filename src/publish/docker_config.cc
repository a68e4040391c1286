// SPDX-License-Identifier: Apache-2.0
#include "publish/docker_config.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/base64.h"

namespace hauberk {
namespace {

constexpr std::size_t file_limit_bytes = 4 << 20;
constexpr std::size_t helper_limit_bytes = 100;
constexpr std::string_view docker_hub_key = "https://index.docker.io/v1/";

[[nodiscard]] std::unexpected<Error> malformed(std::string_view why) {
  return fail(ErrorKind::invalid_input, "cannot read Docker's config.json: {}", why);
}

// The spellings of a registry, the best one first.
std::vector<std::string> keys_of(std::string_view host) {
  std::vector<std::string> keys = {credentials_key(host)};
  for (const std::string_view form : {"{0}", "https://{0}", "https://{0}/", "https://{0}/v1/",
                                      "https://{0}/v2/", "http://{0}", "http://{0}/"}) {
    keys.push_back(fmt::format(fmt::runtime(form), host));
  }
  return keys;
}

// A member that is an object, or absent (or null, which some write for that).
Status check_object(const Json& json, const char* name) {
  if (!json.contains(name) || json.at(name).is_null() || json.at(name).is_object()) return {};
  return malformed(fmt::format("its member {} is no object", name));
}

// The member of the first spelling that is there.
const Json* entry_of(const Json& json, const char* name, std::string_view host) {
  if (!json.contains(name) || !json.at(name).is_object()) return nullptr;
  for (const std::string& key : keys_of(host)) {
    const auto found = json.at(name).find(key);
    if (found != json.at(name).end()) return &*found;
  }
  return nullptr;
}

Result<std::string> text_member(const Json& entry, const char* name) {
  if (!entry.contains(name)) return std::string();
  if (!entry.at(name).is_string()) return malformed(fmt::format("{} of a registry is no string", name));
  std::string text = entry.at(name).get<std::string>();
  if (text.find('\0') != text.npos) return malformed(fmt::format("{} of a registry has a zero byte", name));
  return text;
}

Result<RegistryCredentials> decode(const std::string& auth) {
  auto text = parse_base64(auth);
  if (!text) return malformed("auth of a registry is not base64");
  while (text->ends_with('\0')) text->pop_back();  // older Docker padded it
  const auto colon = text->find(':');
  if (colon == std::string::npos || text->contains('\0'))
    return malformed("auth of a registry is no user and password");
  return RegistryCredentials{.user = text->substr(0, colon), .password = text->substr(colon + 1)};
}

bool is_helper(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !name.empty() && name.size() <= helper_limit_bytes && std::ranges::all_of(name, fits);
}

}  // namespace

std::string credentials_key(std::string_view host) {
  const std::array<std::string_view, 3> docker_hub = {"docker.io", "index.docker.io", "registry-1.docker.io"};
  return std::string(std::ranges::find(docker_hub, host) == docker_hub.end() ? host : docker_hub_key);
}

Result<DockerConfig> DockerConfig::parse(std::string_view text) {
  if (text.empty()) return DockerConfig(Json::object());
  auto json = parse_json(text, {.size_bytes = file_limit_bytes, .depth = 64});
  if (!json) return wrap(std::move(json).error(), "cannot read Docker's config.json");
  if (!json->is_object()) return malformed("it is no object");
  TRY_STATUS(check_object(*json, "auths"));
  TRY_STATUS(check_object(*json, "credHelpers"));
  return DockerConfig(*std::move(json));
}

Result<std::optional<std::string>> DockerConfig::helper(std::string_view host) const {
  const Json* name = entry_of(json_, "credHelpers", host);
  if (name == nullptr && json_.contains("credsStore")) name = &json_.at("credsStore");
  if (name == nullptr || name->is_null() || *name == "") return std::nullopt;
  if (!name->is_string() || !is_helper(name->get<std::string>())) {
    return malformed("a credential helper's name is no program's");
  }
  return name->get<std::string>();
}

Result<RegistryCredentials> DockerConfig::credentials(std::string_view host) const {
  const Json* entry = entry_of(json_, "auths", host);
  if (entry == nullptr || entry->is_null()) return RegistryCredentials{};
  if (!entry->is_object()) return malformed("an entry of auths is no object");
  TRY(const std::string auth, text_member(*entry, "auth"));
  TRY(std::string identity_token, text_member(*entry, "identitytoken"));
  RegistryCredentials credentials;
  if (!auth.empty()) {
    TRY(credentials, decode(auth));
  } else {
    TRY(credentials.user, text_member(*entry, "username"));
    TRY(credentials.password, text_member(*entry, "password"));
  }
  credentials.identity_token = std::move(identity_token);
  return credentials;
}

void DockerConfig::set(std::string_view host, const RegistryCredentials& credentials) {
  erase(host);
  Json entry = {{"auth", base64_of(credentials.user + ":" + credentials.password)}};
  if (!credentials.identity_token.empty()) entry["identitytoken"] = credentials.identity_token;
  json_["auths"][credentials_key(host)] = std::move(entry);
}

void DockerConfig::set_known(std::string_view host) {
  erase(host);
  json_["auths"][credentials_key(host)] = Json::object();
}

bool DockerConfig::erase(std::string_view host) {
  if (!json_.contains("auths") || !json_.at("auths").is_object()) {
    json_.erase("auths");
    return false;
  }
  std::size_t erased = 0;
  for (const std::string& key : keys_of(host)) erased += json_["auths"].erase(key);
  return erased > 0;
}

std::string DockerConfig::text() const { return json_.dump(1, '\t') + "\n"; }

}  // namespace hauberk
