// SPDX-License-Identifier: Apache-2.0
#include "sbom/package_purl.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/fields.h"

namespace hauberk {
namespace {

constexpr std::array<std::pair<std::string_view, Package::Kind>, 8> kinds{{
    {"apk", Package::Kind::apk},
    {"cargo", Package::Kind::cargo},
    {"deb", Package::Kind::deb},
    {"gem", Package::Kind::gem},
    {"golang", Package::Kind::golang},
    {"maven", Package::Kind::java},
    {"npm", Package::Kind::npm},
    {"pypi", Package::Kind::python},
}};

// Debian's releases that anybody still runs; a codename says as much as the number.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> debian_releases{{
    {"8", "jessie"},
    {"9", "stretch"},
    {"10", "buster"},
    {"11", "bullseye"},
    {"12", "bookworm"},
    {"13", "trixie"},
    {"14", "forky"},
    {"15", "duke"},
}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string lowered(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

bool is_of_distribution(Package::Kind kind) {
  return kind == Package::Kind::deb || kind == Package::Kind::apk;
}

// "debian-13"; a release without number (sid) by its codename.
std::string distro_of(const OsRelease& os) {
  const std::string& release = os.version_id.empty() ? os.codename : os.version_id;
  return release.empty() ? os.id : fmt::format("{}-{}", os.id, release);
}

// The name's last part, and what stands before it.
void put_name(Purl& purl, std::string_view name, char separator) {
  const std::size_t at = name.rfind(separator);
  purl.name = at == std::string_view::npos ? name : name.substr(at + 1);
  if (at != std::string_view::npos) purl.space = name.substr(0, at);
}

Purl named(const Package& package) {
  Purl purl{.type = std::string(purl_type(package.kind))};
  switch (package.kind) {
    case Package::Kind::java: put_name(purl, package.name, ':'); break;
    case Package::Kind::npm:
    case Package::Kind::golang: put_name(purl, package.name, '/'); break;
    default: purl.name = package.name;
  }
  purl.version = package.version;
  return purl;
}

std::string_view source_version_of(const Package& package) {
  return package.source_version.empty() ? without_rebuild(package.version) : package.source_version;
}

// Empty where a reader assumes the same without it.
std::string upstream_of(const Package& package) {
  if (package.source.empty()) return {};
  const std::string_view version = source_version_of(package);
  const bool same_version = version == package.version && without_rebuild(version) == version;
  if (same_version) return package.source == package.name ? std::string() : package.source;
  return fmt::format("{}@{}", package.source, version);
}

void put(Purl& purl, std::string_view key, std::string value) {
  if (!value.empty()) purl.qualifiers.emplace(key, std::move(value));
}

// In the form that the type's own rules ask for; "" where parse_purl() would not take it, since what a
// hostile record holds may be too long or no UTF-8.
std::string readable(const Purl& purl) {
  const auto normal = parse_purl(text_of(purl));
  return normal ? text_of(*normal) : std::string();
}

// "debian-13", "alpine-3.22.1", or a bare codename or number.
OsRelease os_of_distro(std::string_view distro, std::string_view space) {
  OsRelease os;
  const std::size_t dash = distro.find('-');
  const std::string_view id = distro.substr(0, dash);
  const std::string_view release = dash == std::string_view::npos ? "" : distro.substr(dash + 1);
  const bool names_itself = dash != std::string_view::npos || distro == space || space.empty();
  os.id = lowered(names_itself ? id : space);
  const std::string_view version = names_itself ? release : distro;
  if (version.empty()) return os;
  (is_digit(version[0]) ? os.version_id : os.codename) = version;
  return os;
}

}  // namespace

std::string_view without_rebuild(std::string_view version) {
  const std::size_t at = version.rfind("+b");
  if (at == std::string_view::npos || at + 2 == version.size()) return version;
  return std::ranges::all_of(version.substr(at + 2), is_digit) ? version.substr(0, at) : version;
}

std::string purl_of(const Package& package, const OsRelease& os) {
  if (package.name.empty()) return {};
  Purl purl = named(package);
  if (is_of_distribution(package.kind)) {
    purl.space = os.id;
    purl.name = lowered(purl.name);
    put(purl, "arch", package.architecture);
    put(purl, "distro", distro_of(os));
    put(purl, "upstream", upstream_of(package));
  }
  return readable(purl);
}

std::string source_purl_of(const Package& package, const OsRelease& os) {
  if (package.source.empty() || !is_of_distribution(package.kind)) return {};
  Purl purl{.type = std::string(purl_type(package.kind)), .space = os.id, .name = lowered(package.source)};
  purl.version = source_version_of(package);
  put(purl, "arch", "source");
  put(purl, "distro", distro_of(os));
  return readable(purl);
}

Package::Kind kind_of_purl_type(std::string_view type) {
  const auto* at = std::ranges::find(kinds, type, &std::pair<std::string_view, Package::Kind>::first);
  return at == kinds.end() ? Package::Kind::other : at->second;
}

std::string package_name_of(const Purl& purl) {
  const Package::Kind kind = kind_of_purl_type(purl.type);
  if (purl.space.empty() || is_of_distribution(kind)) return purl.name;
  return fmt::format("{}{}{}", purl.space, kind == Package::Kind::java ? ':' : '/', purl.name);
}

OsRelease os_of_purl(const Purl& purl) {
  OsRelease os;
  if (!is_of_distribution(kind_of_purl_type(purl.type)) && purl.type != "rpm") return os;
  os = os_of_distro(qualifier(purl, "distro"), purl.space);
  if (const auto name = qualifier(purl, "os_name"); !name.empty()) os.id = lowered(name);
  if (const auto version = qualifier(purl, "os_version"); !version.empty()) os.version_id = version;
  for (const std::string_view key : {"distro_name", "os_distro"}) {
    const auto codename = qualifier(purl, key);
    if (!codename.empty() && os.codename.empty()) os.codename = codename;
  }
  if (os.id.empty()) os.id = purl.space;
  return os;
}

void complete(OsRelease& os) {
  if (os.id != "debian") return;
  os.version_id = os.version_id.substr(0, os.version_id.find('.'));
  for (const auto& [version, codename] : debian_releases) {
    if (os.version_id.empty() && os.codename == codename) os.version_id = version;
    if (os.codename.empty() && os.version_id == version) os.codename = codename;
  }
}

std::string with_epoch(std::string_view version, std::string_view epoch) {
  const bool is_number = !epoch.empty() && std::ranges::all_of(epoch, is_digit);
  const bool is_zero = is_number && epoch.find_first_not_of('0') == std::string_view::npos;
  const std::size_t colon = version.find(':');
  const bool has_one =
      colon != std::string_view::npos && colon > 0 && std::ranges::all_of(version.substr(0, colon), is_digit);
  if (version.empty() || !is_number || is_zero || has_one) return std::string(version);
  return fmt::format("{}:{}", epoch, version);
}

}  // namespace hauberk
