// Which Debian release a definition builds on.
//
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "definition/definition.h"

namespace hauberk {
namespace {

struct Release {
  std::string_view codename;
  std::string_view version;
};

constexpr std::array<Release, 5> releases = {
    {{"bullseye", "11"}, {"bookworm", "12"}, {"trixie", "13"}, {"forky", "14"}, {"sid", ""}}};

std::optional<Distribution> by_codename(std::string_view codename) {
  for (const Release& release : releases) {
    if (release.codename == codename)
      return Distribution{std::string(release.codename), std::string(release.version)};
  }
  return std::nullopt;
}

std::optional<Distribution> by_version(std::string_view version) {
  for (const Release& release : releases) {
    if (!version.empty() && release.version == version) {
      return Distribution{std::string(release.codename), std::string(release.version)};
    }
  }
  return std::nullopt;
}

std::string_view value(const std::map<std::string, std::string>& map, const char* key) {
  const auto found = map.find(key);
  return found == map.end() ? std::string_view() : std::string_view(found->second);
}

// "trixie-security", "trixie/updates" and "trixie-pgdg" are for trixie.
std::optional<Distribution> by_repositories(const Definition& definition) {
  for (const std::string& line : definition.repositories) {
    const auto repository = deb_repository(line);
    if (!repository) continue;
    const std::string_view suite = repository->suite;
    if (const auto found = by_codename(suite.substr(0, suite.find_first_of("-/")))) return found;
  }
  return std::nullopt;
}

}  // namespace

Result<Distribution> debian_distribution(const Definition& definition) {
  const std::string_view id = value(definition.os_release, "ID");
  const std::string_view codename = value(definition.os_release, "VERSION_CODENAME");
  const std::string& syntax = definition.syntax.distribution;
  if (const auto found = by_codename(codename)) return *found;
  if (id.empty() || id == "debian") {
    if (const auto found = by_repositories(definition)) return *found;
    if (const auto found = by_version(value(definition.os_release, "VERSION_ID"))) return *found;
    if (syntax.starts_with("debian")) {
      if (const auto found = by_version(std::string_view(syntax).substr(6))) return *found;
    }
  }
  return fail(
      ErrorKind::unsupported,
      "cannot tell which Debian release the definition of {} builds on: its syntax line says {} and its "
      "os-release {}; known are bullseye, bookworm, trixie, forky and sid",
      definition.image, syntax.empty() ? "nothing" : syntax, codename.empty() ? "no codename" : codename);
}

}  // namespace hauberk
