// SPDX-License-Identifier: Apache-2.0
#include "assemble/grouping.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "deb/relation.h"

namespace hauberk {
namespace {

using Packages = std::vector<const LockedPackage*>;

// (a, b): a says that it may take over files of b.
using Replacements = std::set<std::pair<const LockedPackage*, const LockedPackage*>>;

Result<Replacements> replacements(const Packages& packages) {
  std::map<std::string_view, const LockedPackage*> by_name;
  for (const LockedPackage* package : packages) by_name[package->name] = package;
  Replacements found;
  for (const LockedPackage* a : packages) {
    if (a->replaces.empty()) continue;
    TRY(const auto relations, parse_relations(a->replaces, a->architecture));
    for (const Alternatives& one : relations) {
      const auto b = by_name.find(one.front().name);
      if (b != by_name.end() && b->second != a && one.front().holds(b->second->version))
        found.emplace(a, b->second);
    }
  }
  return found;
}

// Joins the sources of packages that replace each other's files: source -> the name of its group.
std::map<std::string, std::string> joined_sources(const Packages& packages,
                                                  const Replacements& replacements) {
  std::map<std::string, std::string> group_of;
  for (const LockedPackage* package : packages) group_of[package->source] = package->source;
  for (const auto& [a, b] : replacements) {
    const std::string keep = std::min(group_of[a->source], group_of[b->source]);
    const std::string gone = std::max(group_of[a->source], group_of[b->source]);
    if (keep == gone) continue;
    for (auto& [source, group] : group_of) {
      if (group == gone) group = keep;
    }
  }
  return group_of;
}

// By name, but nobody before one that replaces files of theirs (for a cycle the name decides).
void sort_replacers_first(Packages& packages, const Replacements& replacements) {
  std::sort(packages.begin(), packages.end(),
            [](const LockedPackage* a, const LockedPackage* b) { return a->name < b->name; });
  Packages sorted;
  while (!packages.empty()) {
    const auto is_free = [&](const LockedPackage* package) {
      return std::none_of(packages.begin(), packages.end(), [&](const LockedPackage* other) {
        return replacements.contains({other, package});
      });
    };
    auto next =
        replacements.empty() ? packages.begin() : std::find_if(packages.begin(), packages.end(), is_free);
    if (next == packages.end()) next = packages.begin();
    sorted.push_back(*next);
    packages.erase(next);
  }
  packages = std::move(sorted);
}

}  // namespace

Result<bool> may_replace(const LockedPackage& a, const LockedPackage& b) {
  TRY(const auto found, replacements({&a, &b}));
  return found.contains({&a, &b});
}

std::uint64_t LayerGroup::size_bytes() const {
  return std::accumulate(packages.begin(), packages.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const LockedPackage* package) {
                           return sum + package->size_bytes;
                         });
}

Result<std::vector<LayerGroup>> group_packages(const Lock& lock, Platform platform) {
  Packages packages;
  for (const LockedPackage& package : lock.packages) {
    if (std::find(package.platforms.begin(), package.platforms.end(), platform) != package.platforms.end()) {
      packages.push_back(&package);
    }
  }
  TRY(const Replacements replaced, replacements(packages));
  const auto group_of = joined_sources(packages, replaced);
  std::map<std::string, LayerGroup> by_name;
  for (const LockedPackage* package : packages) {
    LayerGroup& group = by_name[group_of.at(package->source)];
    group.name = group_of.at(package->source);
    group.packages.push_back(package);
  }
  std::vector<LayerGroup> groups;
  for (auto& [name, group] : by_name) groups.push_back(std::move(group));
  if (groups.size() > most_package_layers) {
    std::stable_sort(groups.begin(), groups.end(), [](const LayerGroup& a, const LayerGroup& b) {
      return a.size_bytes() > b.size_bytes();
    });
    LayerGroup rest{"other packages", {}};
    for (std::size_t i = most_package_layers - 1; i < groups.size(); ++i) {
      rest.packages.insert(rest.packages.end(), groups[i].packages.begin(), groups[i].packages.end());
    }
    groups.resize(most_package_layers - 1);
    groups.push_back(std::move(rest));
  }
  for (LayerGroup& group : groups) sort_replacers_first(group.packages, replaced);
  const auto rank = [](const LayerGroup& group) {
    return group.name == "base-files" ? 0 : group.name == "other packages" ? 2 : 1;
  };
  std::stable_sort(groups.begin(), groups.end(), [&](const LayerGroup& a, const LayerGroup& b) {
    return std::pair(rank(a), a.name) < std::pair(rank(b), b.name);
  });
  return groups;
}

}  // namespace hauberk
