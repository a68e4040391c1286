// SPDX-License-Identifier: Apache-2.0
#include "assemble/squash.h"

#include "tar/reader.h"

namespace hauberk {
namespace {

// Whether the image takes the path's bytes from this package layer.
bool is_from(const Tree& tree, const Overlay& overlay, const std::string& path, std::size_t layer) {
  if (overlay.additions().contains(path) || !overlay.find(path)) return false;
  const auto at = tree.find(path);
  return at && at->entry.type != TarEntry::Type::directory && at->layer == layer;
}

Status copy_entries(ByteSource& plain, const Tree& tree, const Overlay& overlay, std::size_t number,
                    TarWriter& tar) {
  TarReader reader(plain);
  std::vector<std::byte> buffer(1 << 16);
  for (;;) {
    TRY(const auto entry, reader.next());
    if (!entry) break;
    if (entry->type == TarEntry::Type::directory || !is_from(tree, overlay, entry->path, number)) continue;
    if (entry->type == TarEntry::Type::hard_link && !is_from(tree, overlay, entry->link_target, number)) {
      return fail(ErrorKind::unsupported,
                  "cannot squash the image: \"{}\" is a hard link to \"{}\", which the "
                  "definition changes: use `output: layered`",
                  entry->path, entry->link_target);
    }
    TRY_STATUS(tar.add(*entry));
    for (;;) {
      TRY(const std::size_t size, reader.read(buffer));
      if (size == 0) break;
      TRY_STATUS(tar.write(std::span(buffer).first(size)));
    }
  }
  return {};
}

Status copy_layer(const Store& store, const Layer& layer, const Tree& tree, const Overlay& overlay,
                  std::size_t number, Compression compression, TarWriter& tar) {
  TRY(const auto stored, open_verified(store.blobs(), layer.digest, layer.size_bytes));
  const auto plain = decompress(compression, *stored);
  if (auto copied = copy_entries(*plain, tree, overlay, number, tar); !copied) {
    return unpack_error(*stored, copied.error());
  }
  TRY_STATUS(drain(*stored));
  return {};
}

}  // namespace

Result<Layer> squashed_layer(Store& store, const Tree& tree, const Overlay& overlay,
                             const std::vector<Layer>& layers, const LayerOptions& options) {
  TRY(const auto blob, store.blobs().create());
  const auto compressor = compress(options.compression, options.level, *blob);
  HashingSink hashing(*compressor);
  TarWriter tar(hashing);
  auto cursor = tree.from("");
  for (auto at = cursor.next(); at; at = cursor.next()) {
    if (at->entry.type != TarEntry::Type::directory && !overlay.additions().contains(at->entry.path))
      continue;
    const auto there = overlay.find(at->entry.path);
    if (!there || there->type != TarEntry::Type::directory) continue;
    TRY_STATUS(tar.add(*there));
  }
  for (const auto& [path, addition] : overlay.additions()) {
    if (addition.entry.type != TarEntry::Type::directory || tree.contains(path)) continue;
    TRY_STATUS(tar.add(addition.entry));
  }
  for (std::size_t i = 0; i < layers.size(); ++i) {
    TRY_STATUS(copy_layer(store, layers[i], tree, overlay, i, options.compression, tar));
  }
  TRY_STATUS(write_additions(store, overlay, layers, false, tar));
  TRY_STATUS(tar.finish());
  TRY_STATUS(compressor->finish());
  const Digest diff_id = hashing.finish();
  TRY(const Digest digest, blob->commit());
  Layer squashed{digest, diff_id, blob->size_bytes(), false, "all packages and the definition", {}, {}};
  for (const Layer& layer : layers) {
    squashed.packages.insert(squashed.packages.end(), layer.packages.begin(), layer.packages.end());
  }
  return squashed;
}

}  // namespace hauberk
