// Packages as evidence: their sources, and what changed since the image before.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <tuple>

#include "prove/predicates.h"

namespace hauberk {
namespace {

using NameAndArchitecture = std::tuple<std::string, std::string>;

std::map<NameAndArchitecture, std::string> versions_of(const Lock& lock) {
  std::map<NameAndArchitecture, std::string> versions;
  for (const LockedPackage& package : lock.packages) {
    versions[{package.name, package.architecture}] = package.version;
  }
  return versions;
}

Json entry(const NameAndArchitecture& key) {
  return {{"name", std::get<0>(key)}, {"architecture", std::get<1>(key)}};
}

}  // namespace

Json sources_predicate(const Lock& lock) {
  std::map<std::tuple<std::string, std::string>, std::vector<std::string>> packages;
  for (const LockedPackage& package : lock.packages) {
    auto& names = packages[{package.source, package.source_version}];
    if (std::ranges::find(names, package.name) == names.end()) names.push_back(package.name);
  }
  Json sources = Json::array();
  for (auto& [key, names] : packages) {
    std::ranges::sort(names);
    sources.push_back({{"source", std::get<0>(key)},
                       {"version", std::get<1>(key)},
                       {"packages", std::move(names)}});
  }
  return {{"sources", std::move(sources)}};
}

Json inputs_predicate(const Digest& artifact, Json contents) {
  contents["artifact"] = artifact.text();
  return contents;
}

Json changelog_predicate(const Lock& lock, const Lock* before, const std::string& digest_before) {
  const auto now = versions_of(lock);
  const auto then = before != nullptr ? versions_of(*before) : decltype(now){};
  Json added = Json::array(), removed = Json::array(), changed = Json::array();
  for (const auto& [key, version] : now) {
    const auto old = then.find(key);
    if (old != then.end() && old->second == version) continue;
    Json value = entry(key);
    if (old == then.end()) {
      value["version"] = version;
      added.push_back(std::move(value));
    } else {
      value["from"] = old->second;
      value["to"] = version;
      changed.push_back(std::move(value));
    }
  }
  for (const auto& [key, version] : then) {
    if (now.contains(key)) continue;
    Json value = entry(key);
    value["version"] = version;
    removed.push_back(std::move(value));
  }
  return {{"before", digest_before},
          {"added", std::move(added)},
          {"removed", std::move(removed)},
          {"changed", std::move(changed)}};
}

}  // namespace hauberk
