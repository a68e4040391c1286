// Cache file cache/images/<key>.json. The key is the digest of what decides the image's bytes: the lock
// without `created`, and the platform.
//
// SPDX-License-Identifier: Apache-2.0
#include "assemble/image_cache.h"

#include <algorithm>

#include "assemble/cache_entry.h"
#include "oci/media_type.h"

namespace hauberk {
namespace {

constexpr std::uint64_t most_bytes = 16 << 20;

std::string cache_path(const Lock& lock, Platform platform) {
  Lock decisive = lock;
  decisive.created.clear();
  std::erase_if(decisive.packages, [&](const LockedPackage& package) {
    return std::find(package.platforms.begin(), package.platforms.end(), platform) == package.platforms.end();
  });
  for (LockedPackage& package : decisive.packages) package.platforms = {platform};
  decisive.platforms = {platform};
  const Json key = {{"lock", json_of(decisive)}, {"image", 1}};
  return fmt::format("images/{}.json", Digest::of(canonical_json(key)).hex());
}

Json json_of(const Layer& layer) {
  return {{"digest", layer.digest.text()},  {"diff_id", layer.diff_id.text()},
          {"size_bytes", layer.size_bytes}, {"name", layer.name},
          {"packages", layer.packages},     {"facts_keys", layer.facts_keys}};
}

Json json_of(const AssembledImage& image) {
  Json layers = Json::array();
  for (const Layer& layer : image.layers) layers.push_back(json_of(layer));
  Json left_out = Json::object();
  for (const auto& [guard, sum] : image.left_out)
    left_out[guard] = {{"files", sum.files}, {"size_bytes", sum.size_bytes}};
  return {{"manifest", image.manifest.digest.text()},
          {"manifest_size", image.manifest.size_bytes},
          {"architecture", image.manifest.architecture},
          {"layers", layers},
          {"created", image.created},
          {"size_bytes", image.size_bytes},
          {"packages", image.packages},
          {"warnings", image.warnings},
          {"effects", image.effects},
          {"left_out", left_out}};
}

Result<Digest> digest(const Json& object, std::string_view key) {
  TRY(const std::string text, json_string(object, key, "image cache"));
  return Digest::parse(text);
}

Result<Layer> parse_layer(const Json& object) {
  TRY(const Digest blob, digest(object, "digest"));
  TRY(const Digest diff_id, digest(object, "diff_id"));
  Layer layer{blob, diff_id, 0, true, {}, {}, {}};
  TRY(layer.size_bytes, json_size(object, "size_bytes", "image cache"));
  TRY(layer.name, json_string(object, "name", "image cache"));
  TRY(layer.packages, json_strings(object, "packages", "image cache"));
  TRY(layer.facts_keys, json_strings(object, "facts_keys", "image cache"));
  return layer;
}

Result<AssembledImage> parse_image(std::string_view text) {
  TRY(const Json object, parse_json(text, {.size_bytes = most_bytes, .depth = 6}));
  constexpr std::string_view what = "image cache";
  TRY(const Digest manifest, digest(object, "manifest"));
  AssembledImage image{.manifest = {std::string(media_type::manifest), manifest, 0, {}, {}, "linux", {}},
                       .layers = {},
                       .created = {},
                       .size_bytes = 0,
                       .packages = 0,
                       .warnings = {},
                       .effects = {},
                       .left_out = {}};
  TRY(image.manifest.size_bytes, json_size(object, "manifest_size", what));
  TRY(image.manifest.architecture, json_string(object, "architecture", what));
  TRY(const Json* layers, json_array(object, "layers", what));
  for (const Json& item : *layers) {
    TRY(Layer layer, parse_layer(item));
    image.layers.push_back(std::move(layer));
  }
  TRY(image.created, json_string(object, "created", what));
  TRY(image.size_bytes, json_size(object, "size_bytes", what));
  TRY(image.packages, json_size(object, "packages", what));
  TRY(image.warnings, json_strings(object, "warnings", "image cache"));
  TRY(image.effects, json_strings(object, "effects", "image cache"));
  TRY(const Json* left_out, json_object(object, "left_out", what));
  for (const auto& [guard, sum] : left_out->items()) {
    TRY(image.left_out[guard].files, json_size(sum, "files", what));
    TRY(image.left_out[guard].size_bytes, json_size(sum, "size_bytes", what));
  }
  return image;
}

// All blobs that the image names are there, and as they were when the entry was written.
bool is_complete(const Store& store, const std::string& path, std::string_view text,
                 const AssembledImage& image) {
  const auto manifest_text = read_verified(store.blobs(), image.manifest.digest, manifest_limit_bytes);
  if (!manifest_text) return false;
  const auto manifest = parse_manifest(*manifest_text);
  if (!manifest) return false;
  std::vector<NamedBlob> blobs{{manifest->config.digest, manifest->config.size_bytes}};
  for (const Descriptor& layer : manifest->layers) blobs.push_back({layer.digest, layer.size_bytes});
  return has_good_blobs(store, path, text, blobs);
}

}  // namespace

std::optional<AssembledImage> find_cached_image(const Store& store, const Lock& lock, Platform platform) {
  const std::string path = cache_path(lock, platform);
  const auto text = store.cache().read_file(path, most_bytes);
  if (!text) return std::nullopt;
  auto image = parse_image(*text);
  if (!image || !is_complete(store, path, *text, *image)) return std::nullopt;
  return *std::move(image);
}

Status cache_image(const Store& store, const Lock& lock, Platform platform, const AssembledImage& image) {
  return store.cache().write_cache_file(cache_path(lock, platform), canonical_json(json_of(image)));
}

}  // namespace hauberk
