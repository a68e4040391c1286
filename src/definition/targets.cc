// SPDX-License-Identifier: Apache-2.0
#include "definition/targets.h"

#include <map>
#include <string>

namespace hauberk {
namespace {

std::string text(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

Substituter substituter_for(const Json& document, Platform platform) {
  std::map<std::string, std::string> vars;
  if (const auto found = document.find("vars"); found != document.end() && found->is_object()) {
    for (const auto& [name, value] : found->items()) {
      if (value.is_string()) vars.emplace(name, value.get<std::string>());
    }
  }
  TargetFacts facts;
  facts.platform = platform;
  facts.flavor = text(document, "flavor");
  facts.dev = text(document, "variant") == "dev";
  const auto compliant = document.find("fips-compliant");
  facts.fips = (compliant != document.end() && compliant->is_boolean() && compliant->get<bool>()) ||
               facts.flavor.find("fips") != std::string::npos;
  return Substituter(std::move(vars), facts);
}

std::vector<Substituter> all_substituters(const Json& document) {
  std::vector<Substituter> targets;
  const auto platforms = document.find("platforms");
  for (const Platform platform : Platform::all()) {
    bool wanted = platforms == document.end() || !platforms->is_array();
    if (!wanted) {
      for (const Json& name : *platforms) wanted = wanted || (name.is_string() && name == platform.text());
    }
    if (wanted) targets.push_back(substituter_for(document, platform));
  }
  if (targets.empty()) targets.push_back(substituter_for(document, Platform::amd64()));
  return targets;
}

}  // namespace hauberk
