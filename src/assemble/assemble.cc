// SPDX-License-Identifier: Apache-2.0
#include "assemble/assemble.h"

#include <algorithm>
#include <numeric>

#include "assemble/accounts.h"
#include "assemble/additions.h"
#include "assemble/image.h"
#include "assemble/image_cache.h"
#include "assemble/overlay_layer.h"
#include "assemble/squash.h"
#include "assemble/tree_maker.h"
#include "io/parallel.h"
#include "oci/media_type.h"

namespace hauberk {
namespace {

// Raised whenever the bytes of layers, records, config or manifest change for another reason than effects.
constexpr int recipe_version = 5;

LayerOptions layer_options(const Lock& lock, const std::vector<LayerGroup>& groups) {
  LayerOptions options;
  options.guards = lock.guards;
  options.compression = lock.compression == "zstd" ? Compression::zstd : Compression::gzip;
  options.level = default_compressor(options.compression).level;
  options.recipe = lock.recipe;
  for (const LayerGroup& group : groups) {
    for (const LockedPackage* package : group.packages) {
      if (package->name == "dpkg") options.record = RecordStyle::dpkg;
    }
  }
  return options;
}

// The package layers, the largest first on the free threads, in the order of the groups.
Result<std::vector<Layer>> package_layers(Store& store, const std::vector<LayerGroup>& groups,
                                          const LayerOptions& options, std::size_t threads,
                                          Progress& progress, LayerCache cache) {
  std::vector<std::size_t> order(groups.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return groups[a].size_bytes() > groups[b].size_bytes();
  });
  std::vector<std::optional<Layer>> made(groups.size());
  TRY_STATUS(parallel_for(groups.size(), threads, [&](std::size_t i) -> Status {
    TRY(made[order[i]], package_layer(store, groups[order[i]], options, progress, cache));
    return {};
  }));
  std::vector<Layer> layers;
  for (auto& layer : made) layers.push_back(*std::move(layer));
  return layers;
}

// The facts of all packages without their files, and the tree that these make.
struct Placed {
  std::vector<PackageFacts> facts;
  Tree tree;
};

// Makes a layer anew whose facts are damaged: the cache survives no crash, and is checked when it is read.
Result<PackageFacts> facts_of(Store& store, const LayerGroup& group, Layer& layer, std::size_t number,
                              const LayerOptions& options, Progress& progress) {
  auto facts = read_facts(store.cache(), layer.facts_keys[number]);
  if (facts) return facts;
  TRY(layer, package_layer(store, group, options, progress, LayerCache::ignored));
  return read_facts(store.cache(), layer.facts_keys[number]);
}

Result<Placed> place_packages(Store& store, const std::vector<LayerGroup>& groups, std::vector<Layer>& layers,
                              const LayerOptions& options, Progress& progress) {
  Placed placed;
  TreeMaker tree(store.cache());
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (std::size_t number = 0; number < groups[i].packages.size(); ++number) {
      TRY(PackageFacts facts, facts_of(store, groups[i], layers[i], number, options, progress));
      tree.begin(*groups[i].packages[number], i);
      TRY_STATUS(read_files(store.cache(), layers[i].facts_keys[number],
                            [&](const FileFact& file) { return tree.add(file.entry); }));
      placed.facts.push_back(std::move(facts));
    }
  }
  TRY(placed.tree, tree.finish());
  return placed;
}

Result<EffectsOutcome> effects_of(const Placed& placed, bool has_dpkg, Platform platform) {
  std::vector<PackageScripts> scripts;
  std::map<std::string, std::string> contents;
  for (const PackageFacts& facts : placed.facts) {
    scripts.push_back({facts.name, facts.scripts});
    contents.insert(facts.contents.begin(), facts.contents.end());
  }
  const auto type_at = [&](std::string_view path) -> std::optional<TarEntry::Type> {
    const auto there = placed.tree.find(path);
    return there ? std::optional(there->entry.type) : std::nullopt;
  };
  return apply_effects(scripts, {.type_at = type_at,
                                 .contents = contents,
                                 .has_dpkg = has_dpkg,
                                 .platform = platform});
}

Status add_effects(Overlay& overlay, const EffectsOutcome& effects, const GuardStates& guards) {
  for (const AddedFile& file : effects.files) {
    const TarEntry& entry = file.entry;
    const Overlay::Owner owner{entry.uid, entry.gid, guarded_mode(entry, guards)};
    if (entry.type == TarEntry::Type::directory) {
      TRY_STATUS(overlay.add_folder(entry.path, owner));
    } else if (entry.type == TarEntry::Type::symlink) {
      TRY_STATUS(overlay.add_symlink(entry.path, entry.link_target));
    } else {
      TRY_STATUS(overlay.add_text(entry.path, owner, file.content));
    }
  }
  return {};
}

// Everything that is not a package's: later steps win over earlier ones, the definition's paths over all.
Status add_all(Overlay& overlay, const Lock& lock, const Definition& definition, const Tree& tree,
               const Placed& placed, const EffectsOutcome& effects, bool has_dpkg, const Store& store) {
  for (const TarEntry& folder : tree.corrections) {
    TRY_STATUS(overlay.add_folder(folder.path, {folder.uid, folder.gid, folder.mode}));
  }
  TRY_STATUS(add_merged_usr(overlay));
  TRY_STATUS(add_effects(overlay, effects, lock.guards));
  if (has_dpkg) {
    for (auto& [path, content] : database_record(placed.facts)) {
      TRY_STATUS(overlay.add_text(path, {0, 0, 0644}, content));
    }
    TRY_STATUS(add_apt_sources(overlay, lock));
  }
  TRY_STATUS(add_os_release(overlay, definition));
  TRY_STATUS(add_accounts(overlay, definition, effects));
  TRY_STATUS(add_files(overlay, definition, lock, store));
  TRY_STATUS(add_paths(overlay, definition, lock));
  TRY_STATUS(add_run_folders(overlay, definition));
  return add_merged_usr(overlay);  // for what the definition alone put there
}

// The image's time: the newest time stamp among the packages' files; without packages, that of the indexes.
Result<Time> image_time(const Placed& placed, const Lock& lock) {
  std::int64_t newest = 0;
  for (const PackageFacts& facts : placed.facts) newest = std::max(newest, facts.newest_mtime);
  if (!placed.facts.empty()) return from_unix(newest);
  for (const LockedIndex& index : lock.indexes) {
    TRY(const Time date, parse_rfc3339(index.date));
    newest = std::max(newest, to_unix(date));
  }
  return from_unix(newest);
}

Status put_image(Store& store, const Definition& definition, Platform platform, Compression compression,
                 AssembledImage& image) {
  TRY(const ImageConfig config, image_config(definition, platform, image.layers, image.created));
  const std::string config_text = text_of(config);
  TRY_STATUS(put_blob(store.blobs(), config_text));
  const Manifest manifest = image_manifest(definition, describe(media_type::config, config_text),
                                           image.layers, compression, image.created);
  const std::string manifest_text = text_of(manifest);
  TRY_STATUS(put_blob(store.blobs(), manifest_text));
  image.manifest = describe(media_type::manifest, manifest_text);
  image.manifest.os = "linux";
  image.manifest.architecture = platform.architecture();
  image.size_bytes = config_text.size() + manifest_text.size();
  for (const Layer& layer : image.layers) image.size_bytes += layer.size_bytes;
  return {};
}

// A lock that forgets a guard would switch it off without saying so.
Status check_guards(const Lock& lock) {
  for (const Guard& guard : all_guards()) {
    if (lock.guards.contains(std::string(guard.name))) continue;
    return fail(ErrorKind::invalid_input,
                "cannot build from this lock: it does not say whether the guard \"{}\" is in force",
                guard.name);
  }
  if (lock.guards.size() == all_guards().size()) return {};
  return fail(ErrorKind::invalid_input, "cannot build from this lock: it names a guard that does not exist");
}

Status check_lock(const Lock& lock, Platform platform) {
  if (lock.recipe != assemble_recipe()) {
    return fail(ErrorKind::unsupported,
                "cannot build from this lock: it was made for recipe {}, this program has {}; "
                "use the hauberk that made it, or lock the definition again",
                lock.recipe, assemble_recipe());
  }
  if (std::find(lock.platforms.begin(), lock.platforms.end(), platform) == lock.platforms.end()) {
    return fail(ErrorKind::not_found, "cannot build for {}: the lock is not for this platform",
                platform.text());
  }
  return check_guards(lock);
}

}  // namespace

int assemble_recipe() { return recipe_version * 1'000'000 + effects_revision() % 1'000'000; }

Result<AssembledImage> assemble(Store& store, const Lock& lock, const Definition& definition,
                                Platform platform, std::size_t threads, Progress& progress,
                                LayerCache cache) {
  TRY_STATUS(check_lock(lock, platform));
  if (cache == LayerCache::used) {
    if (auto cached = find_cached_image(store, lock, platform)) return *std::move(cached);
  }

  TRY(const auto groups, group_packages(lock, platform));
  const LayerOptions options = layer_options(lock, groups);
  TRY(auto layers, package_layers(store, groups, options, threads, progress, cache));
  TRY(const Placed placed, place_packages(store, groups, layers, options, progress));
  const Tree& tree = placed.tree;
  const bool has_dpkg = options.record == RecordStyle::dpkg;
  TRY(const EffectsOutcome effects, effects_of(placed, has_dpkg, platform));
  TRY(const Time time, image_time(placed, lock));
  Overlay overlay(tree, to_unix(time));
  TRY_STATUS(add_all(overlay, lock, definition, tree, placed, effects, has_dpkg, store));
  TRY_STATUS(tree.status());

  AssembledImage image{.manifest = describe("", ""),
                       .layers = {},
                       .created = to_rfc3339(time),
                       .size_bytes = 0,
                       .packages = placed.facts.size(),
                       .warnings = effects.warnings,
                       .effects = effects.applied,
                       .left_out = {}};
  for (const PackageFacts& facts : placed.facts) {
    for (const auto& [guard, sum] : facts.left_out) {
      image.left_out[guard].files += sum.files;
      image.left_out[guard].size_bytes += sum.size_bytes;
    }
  }
  if (lock.output == "squashed") {
    TRY(Layer squashed, squashed_layer(store, tree, overlay, layers, options));
    TRY_STATUS(tree.status());
    image.layers.push_back(std::move(squashed));
  } else {
    TRY(auto top, overlay_layer(store, overlay, layers, options, to_unix(time)));
    TRY_STATUS(tree.status());
    image.layers = std::move(layers);
    if (top) image.layers.push_back(*std::move(top));
  }
  TRY_STATUS(put_image(store, definition, platform, options.compression, image));
  TRY_STATUS(cache_image(store, lock, platform, image));
  return image;
}

}  // namespace hauberk
