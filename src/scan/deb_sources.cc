// Which source packages, in which versions, the debs of an image come from.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>

#include "scan/match.h"
#include "scan/version_text.h"

namespace hauberk {
namespace {

// "glibc (= 2.36-9)" of Built-Using; none for another form.
std::optional<std::pair<std::string, std::string>> exact_relation(std::string_view text) {
  const auto name_end = text.find_first_of(" (");
  const auto open = text.find('(');
  const auto close = text.find(')');
  if (name_end == std::string_view::npos || open == std::string_view::npos ||
      close == std::string_view::npos || close < open) {
    return std::nullopt;
  }
  std::string_view version = text.substr(open + 1, close - open - 1);
  take_while(version, [](char c) { return c == '=' || c == ' '; });
  version = version.substr(0, version.find(' '));
  if (name_end == 0 || version.empty()) return std::nullopt;
  return std::pair(std::string(text.substr(0, name_end)), std::string(version));
}

}  // namespace

bool is_in_place(const Package& package) {
  switch (package.state) {
    case Package::State::installed:
    case Package::State::unpacked:
    case Package::State::half_configured:
    case Package::State::triggers: return true;
    case Package::State::half_installed:
    case Package::State::removed:
    case Package::State::unknown: break;
  }
  return false;
}

std::string_view source_of(const Package& package) {
  return package.source.empty() ? std::string_view(package.name) : package.source;
}

std::string_view source_version_of(const Package& package) {
  if (!package.source_version.empty()) return package.source_version;
  const std::string_view version = package.version;
  const auto at = version.rfind("+b");
  const bool rebuilt = at != std::string_view::npos && is_number(version.substr(at + 2));
  return rebuilt ? version.substr(0, at) : version;
}

std::vector<SourceGroup> deb_sources(const Inventory& inventory) {
  using Key = std::pair<std::string, std::string>;
  std::map<Key, std::vector<const Package*>> own;
  std::map<Key, std::vector<const Package*>> inside;
  for (const Package& package : inventory.packages) {
    if (package.kind != Package::Kind::deb || !is_in_place(package)) continue;
    own[{std::string(source_of(package)), std::string(source_version_of(package))}].push_back(&package);
    for (const std::string& relation : package.built_using) {
      if (const auto key = exact_relation(relation)) inside[*key].push_back(&package);
    }
  }
  std::vector<SourceGroup> groups;
  for (auto& [key, packages] : own) groups.push_back({key.first, key.second, std::move(packages), {}});
  for (auto& [key, packages] : inside) {
    if (own.contains(key)) continue;
    std::string via = "Built-Using of";
    for (const Package* package : packages) via += " " + package->name;
    groups.push_back({key.first, key.second, std::move(packages), std::move(via)});
  }
  return groups;
}

}  // namespace hauberk
