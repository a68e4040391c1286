// SPDX-License-Identifier: Apache-2.0
#include "pipeline/lock_definition.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "assemble/assemble.h"
#include "assemble/guards.h"
#include "io/compression.h"
#include "resolve/resolve.h"

namespace hauberk {
namespace {

std::size_t add_index(Lock& lock, const LockedIndex& index) {
  const auto at = std::find(lock.indexes.begin(), lock.indexes.end(), index);
  if (at != lock.indexes.end()) return static_cast<std::size_t>(at - lock.indexes.begin());
  lock.indexes.push_back(index);
  return lock.indexes.size() - 1;
}

// A package of architecture "all" is one entry for both platforms. Its own index is that of the first.
void add_packages(Lock& lock, const Resolution& resolution, const std::vector<std::size_t>& indexes,
                  Platform platform) {
  for (LockedPackage package : resolution.packages) {
    const auto same =
        std::find_if(lock.packages.begin(), lock.packages.end(), [&](const LockedPackage& other) {
          return other.digest == package.digest && other.name == package.name;
        });
    if (same != lock.packages.end()) {
      same->platforms.push_back(platform);
      continue;
    }
    package.index = indexes[package.index];
    lock.packages.push_back(std::move(package));
  }
}

void add_dropped(Lock& lock, const Resolution& resolution, Platform platform) {
  for (const DroppedDependency& dropped : resolution.dropped) {
    const auto same =
        std::find_if(lock.dropped.begin(), lock.dropped.end(), [&](const DroppedDependency& other) {
          return std::tie(other.package, other.field, other.relation) ==
                 std::tie(dropped.package, dropped.field, dropped.relation);
        });
    if (same == lock.dropped.end()) {
      lock.dropped.push_back(dropped);
    } else {
      same->platforms.push_back(platform);
    }
  }
}

template <class T, class Key>
void sort_unique(std::vector<T>& values, Key key) {
  std::sort(values.begin(), values.end(), [&](const T& a, const T& b) { return key(a) < key(b); });
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

// Indexes that no package came from decide nothing, but they were asked: they stay, sorted, so that the
// order of the platforms or of the mirrors' answers does not show.
void sort_lock(Lock& lock) {
  const auto key = [](const LockedIndex& i) { return std::tie(i.url, i.component, i.architecture); };
  std::vector<LockedIndex> sorted = lock.indexes;
  std::sort(sorted.begin(), sorted.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  for (LockedPackage& package : lock.packages) {
    const auto at = std::find(sorted.begin(), sorted.end(), lock.indexes[package.index]);
    package.index = static_cast<std::size_t>(at - sorted.begin());
  }
  lock.indexes = std::move(sorted);
  sort_unique(lock.packages,
              [](const LockedPackage& p) { return std::tie(p.name, p.architecture, p.version); });
  sort_unique(lock.dropped,
              [](const DroppedDependency& d) { return std::tie(d.package, d.field, d.relation); });
  sort_unique(lock.files, [](const LockedFile& f) { return std::tie(f.origin, f.digest); });
  sort_unique(lock.relaxed_pins, [](const std::string& pin) { return pin; });
}

// Each path is taken from below its own folder: the catalogue's, or that of the customisation that it is of.
Status add_files(Lock& lock, Definition definition, const DefinitionSource& source, Fetcher& fetcher) {
  std::map<std::string, std::vector<PathEntry>> by_root{{source.catalog_root, {}}};
  for (PathEntry& entry : definition.paths) {
    const auto own = source.own_folders.find(entry.source);
    by_root[own == source.own_folders.end() ? source.catalog_root : own->second].push_back(std::move(entry));
  }
  for (auto& [root, paths] : by_root) {
    definition.paths = std::move(paths);
    TRY(const auto files, fetcher.files(definition, root));
    lock.files.insert(lock.files.end(), files.begin(), files.end());
    definition.files.clear();  // those by URL have no root: once is enough
    definition.keyring.clear();
  }
  return {};
}

// A lock knows files by their origin.
Status check_origins(const Lock& lock) {
  const auto twice = std::adjacent_find(lock.files.begin(), lock.files.end(),
                                        [](const auto& a, const auto& b) { return a.origin == b.origin; });
  if (twice == lock.files.end()) return {};
  return fail(
      ErrorKind::conflict,
      "cannot lock {}: a customisation and the catalogue both have a file of this name; give yours another",
      twice->origin);
}

Status lock_platform(Lock& lock, const DefinitionSource& source, Platform platform, const Store& store,
                     Fetcher& fetcher) {
  TRY(const Definition definition, for_platform(source.definition, platform));
  TRY_STATUS(check_buildable(definition));
  TRY(const auto suites, fetcher.indexes(definition, platform));
  const Upstreams& upstreams = store.config().upstreams;
  TRY(const Resolution resolution,
      resolve(definition, platform, suites,
              {.aliases = upstreams.aliases, .relax_vendor_pins = upstreams.relax_vendor_pins}));
  std::vector<std::size_t> indexes;
  for (const SuiteIndex& suite : suites) indexes.push_back(add_index(lock, suite.origin));
  add_packages(lock, resolution, indexes, platform);
  add_dropped(lock, resolution, platform);
  lock.relaxed_pins.insert(lock.relaxed_pins.end(), resolution.relaxed_pins.begin(),
                           resolution.relaxed_pins.end());
  return add_files(lock, definition, source, fetcher);
}

std::string allowed(const Definition& definition, const std::string& allow) {
  const auto annotation = definition.annotations.find(std::string(allow_annotation));
  return annotation == definition.annotations.end() ? allow : annotation->second + " " + allow;
}

}  // namespace

Result<Lock> lock_definition(const DefinitionSource& source, const LockRequest& request, const Store& store,
                             Fetcher& fetcher) {
  const Definition& definition = source.definition;
  Lock lock;
  lock.recipe = assemble_recipe();
  lock.definition = definition.document;
  lock.platforms = request.platforms.empty() ? definition.platforms : request.platforms;
  sort_unique(lock.platforms, [](Platform platform) { return platform; });
  lock.profile = definition.variant == Variant::dev ? "dev" : "runtime";
  lock.output = definition.output == Output::squashed ? "squashed" : "layered";
  lock.compression = !request.compression.empty()      ? request.compression
                     : !definition.compression.empty() ? definition.compression
                                                       : store.config().compression;
  lock.compressor = compressor_text(lock.compression);
  TRY(lock.guards, guard_states(allowed(definition, request.allow)));
  for (const Platform platform : lock.platforms) {
    TRY_STATUS(lock_platform(lock, source, platform, store, fetcher));
  }
  sort_lock(lock);
  TRY_STATUS(check_origins(lock));
  return lock;
}

std::string compressor_text(std::string_view compression) {
  const CompressorId id = default_compressor(compression == "zstd" ? Compression::zstd : Compression::gzip);
  return fmt::format("{} {} level {}", id.name, id.version, id.level);
}

}  // namespace hauberk
