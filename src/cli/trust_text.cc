// SPDX-License-Identifier: Apache-2.0
#include "cli/trust_text.h"

#include "attest/predicate.h"
#include "base/terminal_text.h"
#include "cli/usual_trust.h"

namespace hauberk {
namespace {

std::string day_of(std::string_view time) {
  return time.empty() ? "no end" : std::string(time.substr(0, 10));
}

std::string_view name_of_right(std::string_view type) {
  return type == log_checkpoint ? "checkpoints of the log" : short_name_of(type);
}

std::string rights_of(const TrustedKey& key) {
  std::string text;
  for (const std::string& type : key.predicates) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", type == "*" ? "everything" : name_of_right(type));
  }
  return text.empty() ? "nothing" : text;
}

std::string repositories_of(const TrustedKey& key) {
  if (key.repositories == std::vector<std::string>{"*"}) return "every repository";
  return fmt::format("{}", fmt::join(key.repositories, ", "));
}

std::string text_of(const TrustedKey& key, Time now) {
  std::string text =
      fmt::format("{:<12}{:<10}{:<12}{}\n", key.name, state_of(key, now), day_of(key.from), day_of(key.to));
  text += fmt::format("    {}\n", key.key.fingerprint());
  text += wrapped(fmt::format("    signs {}", rights_of(key)), 10) + "\n";
  text += wrapped(fmt::format("    for {}", repositories_of(key)), 8) + "\n";
  if (!key.builders.empty()) text += fmt::format("    as builder {}\n", fmt::join(key.builders, ", "));
  if (key.revoked) text += fmt::format("    revoked at {}: {}\n", key.revoked->at, key.revoked->reason);
  return text;
}

Json json_of(const TrustedKey& key, Time now) {
  Json object = {{"name", key.name},
                 {"state", state_of(key, now)},
                 {"fingerprint", key.key.fingerprint()},
                 {"public_key", key.key.pem()},
                 {"predicates", key.predicates},
                 {"repositories", key.repositories},
                 {"builders", key.builders},
                 {"from", key.from},
                 {"to", key.to},
                 {"revoked", nullptr}};
  if (key.revoked) object["revoked"] = {{"at", key.revoked->at}, {"reason", key.revoked->reason}};
  return object;
}

}  // namespace

std::string_view state_of(const TrustedKey& key, Time now) {
  const std::string time = to_rfc3339(now);
  if (key.revoked) return "revoked";
  if (time < key.from) return "not yet";
  return !key.to.empty() && time > key.to ? "ended" : "valid";
}

std::string text_of(const TrustDocument& document, Time now) {
  std::string text = fmt::format("trust.json number {}\n", document.number);
  for (const PublicKey& root : document.roots) text += fmt::format("root {}\n", root.fingerprint());
  text += fmt::format("\n{:<12}{:<10}{:<12}{}\n", "key", "state", "from", "to");
  for (const TrustedKey& key : document.keys) text += text_of(key, now);
  return text;
}

Json json_of(const TrustDocument& document, Time now) {
  Json roots = Json::array(), keys = Json::array();
  for (const PublicKey& root : document.roots) {
    roots.push_back({{"fingerprint", root.fingerprint()}, {"public_key", root.pem()}});
  }
  for (const TrustedKey& key : document.keys) keys.push_back(json_of(key, now));
  return {{"number", document.number}, {"roots", std::move(roots)}, {"keys", std::move(keys)}};
}

std::string root_fingerprints(const TrustDocument& document) {
  std::string text;
  for (const PublicKey& root : document.roots) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", root.fingerprint());
  }
  return text;
}

}  // namespace hauberk
