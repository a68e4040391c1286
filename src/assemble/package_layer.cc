// SPDX-License-Identifier: Apache-2.0
#include "assemble/package_layer.h"

#include "assemble/cache_entry.h"
#include "assemble/layer_writer.h"
#include "base/json.h"

namespace hauberk {
namespace {

// Cache file cache/layers/<key>.json:
//   {"digest", "diff_id", "size_bytes", "packages": ["name=version"], "facts_keys": ["<hex>"]}
Json json_of(const Layer& layer) {
  return {{"digest", layer.digest.text()},
          {"diff_id", layer.diff_id.text()},
          {"size_bytes", layer.size_bytes},
          {"packages", layer.packages},
          {"facts_keys", layer.facts_keys}};
}

Result<Layer> cached_layer(std::string_view text, const std::string& name) {
  TRY(const Json object, parse_json(text, {.size_bytes = 16 << 20, .depth = 4}));
  TRY(const std::string digest_text, json_string(object, "digest", "layer cache"));
  TRY(const std::string diff_id_text, json_string(object, "diff_id", "layer cache"));
  TRY(const Digest digest, Digest::parse(digest_text));
  TRY(const Digest diff_id, Digest::parse(diff_id_text));
  Layer layer{digest, diff_id, 0, true, name, {}, {}};
  TRY(layer.size_bytes, json_size(object, "size_bytes", "layer cache"));
  TRY(layer.packages, json_strings(object, "packages", "layer cache"));
  TRY(layer.facts_keys, json_strings(object, "facts_keys", "layer cache"));
  return layer;
}

std::string layer_path(const std::string& key) { return "layers/" + key + ".json"; }

// What decides a package's bytes in a layer, whatever else is in it.
Json base_key(const LayerOptions& options) {
  constexpr int form = 2;  // of the facts
  return {{"recipe", options.recipe},
          {"form", form},
          {"guards", options.guards},
          {"record", options.record == RecordStyle::dpkg ? "dpkg" : "status.d"}};
}

std::string facts_key(const LockedPackage& package, const LayerOptions& options) {
  Json key = base_key(options);
  key["package"] = package.digest.text();
  return Digest::of(canonical_json(key)).hex();
}

std::string layer_key(const LayerGroup& group, const LayerOptions& options) {
  Json key = base_key(options);
  const CompressorId id = default_compressor(options.compression);
  key["compressor"] =
      fmt::format("{} {} {} level {}", name_of(options.compression), id.name, id.version, options.level);
  for (const LockedPackage* package : group.packages) {
    key["packages"].push_back({package->digest.text(), package->replaces});
  }
  return Digest::of(canonical_json(key)).hex();
}

// The cached layer, if its record, blob and facts are all there and good. A damaged cache is an empty one.
std::optional<Layer> find_cached(const Store& store, const std::string& key, const std::string& name,
                                 std::size_t packages) {
  const auto text = store.cache().read_file(layer_path(key), 16 << 20);
  if (!text) return std::nullopt;
  auto layer = cached_layer(*text, name);
  if (!layer) return std::nullopt;
  if (layer->facts_keys.size() != packages || layer->packages.size() != packages) return std::nullopt;
  if (!has_good_blobs(store, layer_path(key), *text, {{layer->digest, layer->size_bytes}}))
    return std::nullopt;
  for (const std::string& facts : layer->facts_keys) {
    if (!has_facts(store.cache(), facts)) return std::nullopt;
  }
  return *std::move(layer);
}

}  // namespace

Result<Layer> package_layer(Store& store, const LayerGroup& group, const LayerOptions& options,
                            Progress& progress, LayerCache cache) {
  const std::string key = layer_key(group, options);
  if (cache == LayerCache::used) {
    if (auto cached = find_cached(store, key, group.name, group.packages.size())) return *std::move(cached);
  }

  std::unique_ptr<NewBlob> blob;
  const auto new_blob = [&]() -> Result<ByteSink*> {
    TRY(blob, store.blobs().create());
    return blob.get();
  };
  const auto make_facts = [&](std::size_t number) {
    return FactsWriter::create(store.cache(), facts_key(*group.packages[number], options));
  };
  TRY(const Digest diff_id,
      write_package_layer(store.vault(), group, options, new_blob, make_facts, progress));
  TRY(const Digest digest, blob->commit());
  Layer layer{digest, diff_id, blob->size_bytes(), false, group.name, {}, {}};
  for (const LockedPackage* package : group.packages) {
    layer.packages.push_back(fmt::format("{}={}", package->name, package->version));
    layer.facts_keys.push_back(facts_key(*package, options));
  }
  TRY_STATUS(store.cache().write_cache_file(layer_path(key), canonical_json(json_of(layer))));
  return layer;
}

}  // namespace hauberk
