// SPDX-License-Identifier: Apache-2.0
#include "scan/ecosystem.h"

#include <algorithm>

#include "base/fields.h"
#include "base/result.h"
#include "scan/version_text.h"

namespace hauberk {
namespace {

// "3.20.3" -> "v3.20"; "" for edge and what is no version.
std::string alpine_branch(std::string_view version) {
  const auto parts = split(version, '.');
  if (parts.size() < 2 || !is_number(parts[0]) || !is_number(parts[1])) return {};
  return fmt::format("v{}.{}", parts[0], parts[1]);
}

// PEP 503: letters without case, and every run of "-", "_" and "." is one "-".
std::string python_name(std::string_view name) {
  std::string normal;
  for (const char c : name) {
    const bool separator = c == '-' || c == '_' || c == '.';
    if (separator && normal.ends_with('-')) continue;
    normal += separator ? '-' : to_lower(c);
  }
  return normal;
}

// The toolchain's own versions: "1.21rc2" has no patch number, and its candidate is a pre-release.
std::string go_version(std::string_view version) {
  if (version.starts_with('v')) version.remove_prefix(1);
  if (!version.starts_with("go")) return std::string(version);
  version.remove_prefix(2);
  version = version.substr(0, version.find_first_of(" -+"));
  std::string_view rest = version;
  const auto numbers = take_while(rest, [](char c) { return is_digit(c) || c == '.'; });
  if (rest.empty()) return std::string(numbers);
  const auto word = take_while(rest, is_lower);
  const std::string_view patch = std::ranges::count(numbers, '.') < 2 ? ".0" : "";
  return fmt::format("{}{}-{}.{}", numbers, patch, word, rest);
}

}  // namespace

std::string ecosystem_of(const Package& package, const OsRelease& os) {
  switch (package.kind) {
    case Package::Kind::python: return "PyPI";
    case Package::Kind::npm: return "npm";
    case Package::Kind::java: return "Maven";
    case Package::Kind::golang: return "Go";
    case Package::Kind::gem: return "RubyGems";
    case Package::Kind::cargo: return "crates.io";
    case Package::Kind::apk: {
      const std::string branch = alpine_branch(os.version_id);
      return branch.empty() || (!os.id.empty() && os.id != "alpine") ? "" : "Alpine:" + branch;
    }
    case Package::Kind::deb:
    case Package::Kind::other: break;
  }
  return {};
}

std::optional<VersionOrder> order_of_ecosystem(std::string_view ecosystem) {
  const std::string_view name = ecosystem.substr(0, ecosystem.find(':'));
  if (name == "Debian") return VersionOrder::debian;
  if (name == "Alpine") return VersionOrder::apk;
  if (name == "PyPI") return VersionOrder::pep440;
  if (name == "Maven") return VersionOrder::maven;
  if (name == "RubyGems") return VersionOrder::gem;
  if (name == "npm" || name == "Go" || name == "crates.io") return VersionOrder::semver;
  return std::nullopt;
}

std::string normal_name(std::string_view ecosystem, std::string_view name) {
  if (ecosystem == "PyPI") return python_name(name);
  if (ecosystem == "crates.io") {
    std::string normal(name);
    std::ranges::replace(normal, '_', '-');
    return normal;
  }
  return std::string(name);
}

std::string normal_version(std::string_view ecosystem, std::string_view version) {
  return ecosystem == "Go" ? go_version(version) : std::string(version);
}

}  // namespace hauberk
