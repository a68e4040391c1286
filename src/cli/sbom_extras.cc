// SPDX-License-Identifier: Apache-2.0
#include "cli/sbom_extras.h"

#include <algorithm>

#include "definition/definition.h"

namespace hauberk {
namespace {

std::string text_in(const Json& object, std::string_view key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

std::string sha256_of(const Lock& lock, const std::string& url) {
  const auto at = std::ranges::find(lock.files, url, &LockedFile::origin);
  const bool is_there = at != lock.files.end() && at->digest.algorithm() == Digest::Algorithm::sha256;
  return is_there ? at->digest.hex() : std::string();
}

// A file that is one thing, or one that brings several packages.
void add_file(SbomExtras& extras, const RemoteFile& file, const Lock& lock) {
  if (!file.spdx.is_object()) return;
  SbomExtras::Component whole{.name = text_in(file.spdx, "name"),
                              .version = text_in(file.spdx, "version"),
                              .download_location = file.url,
                              .sha256 = sha256_of(lock, file.url)};
  const auto packages = file.spdx.find("packages");
  if (packages == file.spdx.end() || !packages->is_array() || packages->empty()) {
    extras.components.push_back(std::move(whole));
    return;
  }
  for (const Json& package : *packages) {
    SbomExtras::Component part = whole;
    if (const std::string name = text_in(package, "name"); !name.empty()) part.name = name;
    part.purl = text_in(package, "purl");
    part.licence = text_in(package, "license");
    extras.components.push_back(std::move(part));
  }
}

}  // namespace

Result<SbomExtras> extras_of(const Lock& lock, Platform platform) {
  TRY(const Definition whole, definition_of_document(lock.definition));
  TRY(const Definition definition, for_platform(whole, platform));
  SbomExtras extras;
  for (const auto& [package, purl] : definition.mappings) {
    extras.components.push_back({.purl = purl, .package = package});
  }
  for (const RemoteFile& file : definition.files) add_file(extras, file, lock);
  for (const LockedPackage& package : lock.packages) {
    if (std::ranges::find(package.platforms, platform) == package.platforms.end()) continue;
    extras.archives.push_back({package.name, package.version, package.architecture, package.url,
                               package.digest.hex()});
  }
  return extras;
}

}  // namespace hauberk
