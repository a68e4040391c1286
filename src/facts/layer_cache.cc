// SPDX-License-Identifier: Apache-2.0
#include "facts/layer_cache.h"

#include "facts/layer_codec.h"

namespace hauberk {
namespace {

std::string cache_path(const Digest& diff_id) {
  return fmt::format("facts/{}/{}-{}", layer_facts_recipe, diff_id.algorithm_name(), diff_id.hex());
}

std::optional<LayerFacts> find_cached(const Store& store, const Digest& diff_id) {
  const auto file = store.cache().map_file(cache_path(diff_id));
  if (!file) return std::nullopt;
  auto facts = parse_layer_facts(file->text());
  if (!facts) return std::nullopt;
  return *std::move(facts);
}

Result<LayerFacts> read_layer(const ImageSource& image, std::size_t i) {
  TRY(const auto tar, image.open_layer(i));
  return read_layer_facts(*tar);
}

Result<LayerFacts> read_named_layer(const ImageSource& image, std::size_t i) {
  auto facts = read_layer(image, i);
  if (facts) return facts;
  return wrap(std::move(facts).error(), fmt::format("cannot read layer {} of {}", i + 1, image.name()));
}

}  // namespace

Result<LayerFacts> facts_of_layer(const ImageSource& image, std::size_t i, const Store* store) {
  const auto& diff_id = image.layers().at(i).diff_id;
  if (store == nullptr || !diff_id) return read_named_layer(image, i);
  if (auto cached = find_cached(*store, *diff_id)) return *std::move(cached);
  TRY(LayerFacts facts, read_named_layer(image, i));
  // The next run does without it, then.
  static_cast<void>(store->cache().write_cache_file(cache_path(*diff_id), bytes_of(facts)));
  return facts;
}

}  // namespace hauberk
