// SPDX-License-Identifier: Apache-2.0
#include "assemble/overlay_layer.h"

#include <algorithm>
#include <array>
#include <map>

#include "assemble/paths.h"
#include "tar/reader.h"
#include "tar/writer.h"

namespace hauberk {
namespace {

// What a streamed source must give: its member -> the additions that want it.
using Wanted = std::multimap<std::string, const Overlay::Addition*>;

Status write_whiteout(TarWriter& tar, const std::string& path, std::int64_t time) {
  const std::string_view parent = parent_of(path);
  const auto name = std::string_view(path).substr(parent.empty() ? 0 : parent.size() + 1);
  TarEntry entry;
  entry.path = fmt::format("{}{}.wh.{}", parent, parent.empty() ? "" : "/", name);
  entry.mode = 0644;
  entry.mtime_seconds = time;
  return tar.add_file(entry, "");
}

class OverlayWriter {
 public:
  OverlayWriter(const Store& store, TarWriter& tar) : store_(store), tar_(tar) {}

  Status add(const Overlay::Addition& addition) {
    if (addition.entry.type != TarEntry::Type::file) return tar_.add(addition.entry);
    if (const auto* text = std::get_if<std::string>(&addition.content))
      return tar_.add_file(addition.entry, *text);
    if (const auto* file = std::get_if<VaultFile>(&addition.content)) return add_vault_file(addition, *file);
    if (const auto* file = std::get_if<LayerFile>(&addition.content))
      from_layers_[file->layer].emplace(file->path, &addition);
    if (const auto* file = std::get_if<ArchiveMember>(&addition.content)) {
      from_archives_.try_emplace(file->archive).first->second.emplace(file->path, &addition);
    }
    return {};
  }

  Status add_streamed(const std::vector<Layer>& layers) {
    for (const auto& [number, wanted] : from_layers_) {
      TRY(const auto blob, store_.blobs().open(layers[number].digest));
      TRY_STATUS(stream(*blob, wanted, layers[number].digest));
    }
    for (const auto& [digest, wanted] : from_archives_) {
      TRY(FileSource file, store_.vault().open_file(vault_path(digest)));
      TRY_STATUS(stream(file, wanted, digest));
    }
    return {};
  }

 private:
  Status add_vault_file(const Overlay::Addition& addition, const VaultFile& file) {
    TRY(FileSource source, store_.vault().open_file(vault_path(file.digest)));
    HashingSource hashing(source);
    TRY_STATUS(tar_.add(addition.entry));
    TRY_STATUS(copy_content(hashing));
    if (hashing.finish() != file.digest) {
      return fail(ErrorKind::verification_failed, "cannot read {}: its bytes in the vault have changed",
                  addition.entry.path);
    }
    return {};
  }

  Status copy_content(ByteSource& source) {
    std::vector<std::byte> buffer(1 << 16);
    for (;;) {
      TRY(const std::size_t size, source.read(buffer));
      if (size == 0) return {};
      TRY_STATUS(tar_.write(std::span(buffer).first(size)));
    }
  }

  // Reads a compressed tar to its end. Damaged bytes fail to unpack before their hash is known: the hash, not
  // that failure, is the reason.
  Status stream(ByteSource& source, const Wanted& wanted, const Digest& digest) {
    HashingSource hashing(source, digest.algorithm());
    Status taken = take_members(hashing, wanted, digest);
    TRY_STATUS(drain(hashing));
    if (hashing.finish() == digest) return taken;
    return fail(ErrorKind::verification_failed,
                "cannot read {}: its bytes have changed; `hauberk build --no-cache DEFINITION` makes it anew",
                digest.text());
  }

  // Takes the members that are wanted out of a compressed tar.
  Status take_members(ByteSource& source, const Wanted& wanted, const Digest& digest) {
    std::array<std::byte, 6> magic{};
    TRY(const std::size_t size, source.read(magic));
    const std::span<const std::byte> start = std::span(magic).first(size);
    PrefixedSource whole(start, source);
    const auto plain = decompress(compression_of(start), whole);
    TarReader reader(*plain);
    std::size_t found = 0;
    for (;;) {
      TRY(const auto entry, reader.next());
      if (!entry) break;
      const auto [begin, end] = wanted.equal_range(entry->path);
      if (begin == end) continue;
      TarContent content(reader);
      if (std::next(begin) == end) {
        TRY_STATUS(tar_.add(begin->second->entry));
        TRY_STATUS(copy_content(content));
        ++found;
        continue;
      }
      TRY(const std::string bytes, read_all(content, most_shared_bytes));
      for (auto at = begin; at != end; ++at, ++found) {
        TRY_STATUS(tar_.add_file(at->second->entry, bytes));
      }
    }
    if (found != wanted.size()) {
      return fail(ErrorKind::not_found,
                  "cannot find {} files in {}: the cache does not fit the layer; remove the "
                  "cache folder and build again",
                  wanted.size() - found, digest.text());
    }
    return {};
  }

  // The bytes that were looked at, then the rest.
  class PrefixedSource final : public ByteSource {
   public:
    PrefixedSource(std::span<const std::byte> prefix, ByteSource& rest) : prefix_(prefix), rest_(rest) {}
    Result<std::size_t> read(std::span<std::byte> buffer) override {
      if (prefix_.empty()) return rest_.read(buffer);
      const std::size_t size = std::min(buffer.size(), prefix_.size());
      std::copy_n(prefix_.begin(), size, buffer.begin());
      prefix_ = prefix_.subspan(size);
      return size;
    }

   private:
    std::span<const std::byte> prefix_;
    ByteSource& rest_;
  };

  static constexpr std::uint64_t most_shared_bytes = 16 << 20;

  const Store& store_;
  TarWriter& tar_;
  std::map<std::size_t, Wanted> from_layers_;
  std::map<Digest, Wanted> from_archives_;
};

}  // namespace

Status write_additions(const Store& store, const Overlay& overlay, const std::vector<Layer>& layers,
                       bool folders, TarWriter& tar) {
  OverlayWriter writer(store, tar);
  for (const auto& [path, addition] : overlay.additions()) {
    if (addition.entry.type == TarEntry::Type::directory && !folders) continue;
    TRY_STATUS(writer.add(addition));
  }
  return writer.add_streamed(layers);
}

Result<std::optional<Layer>> overlay_layer(Store& store, const Overlay& overlay,
                                           const std::vector<Layer>& layers, const LayerOptions& options,
                                           std::int64_t time) {
  if (overlay.empty()) return std::nullopt;
  TRY(const auto blob, store.blobs().create());
  const auto compressor = compress(options.compression, options.level, *blob);
  HashingSink hashing(*compressor);
  TarWriter tar(hashing);
  for (const std::string& path : overlay.removed()) {
    TRY_STATUS(write_whiteout(tar, path, time));
  }
  TRY_STATUS(write_additions(store, overlay, layers, true, tar));
  TRY_STATUS(tar.finish());
  TRY_STATUS(compressor->finish());
  const Digest diff_id = hashing.finish();
  TRY(const Digest digest, blob->commit());
  return Layer{digest, diff_id, blob->size_bytes(), false, "definition", {}, {}};
}

}  // namespace hauberk
