// SPDX-License-Identifier: Apache-2.0
#include "facts/image_cache.h"

#include "facts/image_codec.h"
#include "facts/layer_cache.h"

namespace hauberk {
namespace {

// Whatever changes what is made of the layers' facts raises this number: the rules of whiteouts, the readers
// of records, what is looked for in a config, the codec.
constexpr int recipe = 1;

std::string path_of(const ImageSource& image) {
  std::string key =
      fmt::format("{} {} {}", recipe, layer_facts_recipe, Digest::of(image.config_text()).hex());
  for (const ImageSource::Layer& layer : image.layers()) {
    if (!layer.diff_id) return {};
    key += ' ' + layer.diff_id->text();
  }
  return fmt::format("facts/{}/image-{}", layer_facts_recipe, Digest::of(key).hex());
}

}  // namespace

ImageCache::ImageCache(const ImageSource& image, const Store* store)
    : store_(store), path_(store == nullptr ? std::string() : path_of(image)) {}

std::optional<Facts> ImageCache::facts(Facts begun) const {
  if (path_.empty()) return std::nullopt;
  const auto file = store_->cache().map_file(path_);
  if (!file) return std::nullopt;
  auto facts = parse_image_facts(file->text(), std::move(begun));
  if (!facts) return std::nullopt;
  return *std::move(facts);
}

std::optional<ImageInventory> ImageCache::inventory() const {
  if (path_.empty()) return std::nullopt;
  const auto file = store_->cache().map_file(path_);
  if (!file) return std::nullopt;
  auto inventory = parse_image_inventory(file->text());
  if (!inventory) return std::nullopt;
  return *std::move(inventory);
}

void ImageCache::keep(const Facts& facts) const {
  if (path_.empty()) return;
  static_cast<void>(store_->cache().write_cache_file(path_, image_bytes_of(facts)));
}

}  // namespace hauberk
