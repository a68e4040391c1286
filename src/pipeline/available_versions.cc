// SPDX-License-Identifier: Apache-2.0
#include "pipeline/available_versions.h"

#include <algorithm>

#include "deb/version.h"
#include "scan/debian_release.h"

namespace hauberk {
namespace {

// The processor of the image's debs; "all" says nothing.
Result<Platform> platform_of(const Inventory& inventory) {
  for (const Package& package : inventory.packages) {
    if (package.kind != Package::Kind::deb) continue;
    if (const auto platform = Platform::parse("linux/" + package.architecture)) return *platform;
  }
  return Platform::parse("linux/amd64");
}

// By the names of the image's packages, and by its sources' own: what a package was built with need not be in
// it.
std::vector<std::string> names_of(const Inventory& inventory) {
  std::vector<std::string> names;
  for (const Package& package : inventory.packages) {
    if (package.kind != Package::Kind::deb) continue;
    names.push_back(package.name);
    if (!package.source.empty()) names.push_back(package.source);
    for (const std::string& relation : package.built_using)
      names.push_back(relation.substr(0, relation.find(' ')));
  }
  std::ranges::sort(names);
  const auto twice = std::ranges::unique(names);
  names.erase(twice.begin(), twice.end());
  return names;
}

void keep_newest(AvailableVersions& versions, const PackageStanza& stanza) {
  auto& known = versions[std::string(stanza.source)];
  if (known.empty() || compare_versions(known, stanza.source_version) < 0) known = stanza.source_version;
}

}  // namespace

Result<ArchiveState> archive_state(const Inventory& inventory, const std::vector<SuiteIndex>& indexes) {
  ArchiveState state;
  const auto names = names_of(inventory);
  for (const SuiteIndex& index : indexes) {
    const bool proposed = index.origin.suite.ends_with("proposed-updates") ||
                          index.origin.codename.ends_with("proposed-updates");
    for (const std::string& name : names) {
      TRY(const auto stanzas, index.packages.find(name));
      for (const PackageStanza& stanza : stanzas)
        keep_newest(proposed ? state.proposed : state.available, stanza);
    }
  }
  return state;
}

Result<ArchiveState> archive_state(const Inventory& inventory, Fetcher& fetcher) {
  Definition definition;
  definition.name = inventory.name;
  definition.image = inventory.name;
  definition.os_release = {{"ID", "debian"}, {"VERSION_CODENAME", debian_codename(inventory.os)}};
  TRY(const Platform platform, platform_of(inventory));
  TRY(const auto indexes, fetcher.indexes(definition, platform));
  return archive_state(inventory, indexes);
}

}  // namespace hauberk
