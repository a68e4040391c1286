// SPDX-License-Identifier: Apache-2.0
#include "pipeline/reproduce.h"

#include <algorithm>
#include <map>

#include "oci/layer_source.h"
#include "oci/platform_image.h"
#include "pipeline/build.h"
#include "tar/reader.h"

namespace hauberk {
namespace {

constexpr std::size_t most_differences = 50;  // of one layer

// What a layer holds, an entry a path: everything that its tar says of it.
struct LayerEntry {
  std::string head;     // type, mode, owner, size, time, link target
  std::string content;  // digest, of files

  friend bool operator==(const LayerEntry&, const LayerEntry&) = default;
};
using LayerEntries = std::map<std::string, LayerEntry>;

std::string head_of(const TarEntry& entry) {
  return fmt::format("{} {:o} {}:{} {} bytes, time {}{}{}", name_of(entry.type), entry.mode, entry.uid,
                     entry.gid, entry.size_bytes, entry.mtime_seconds,
                     entry.link_target.empty() ? "" : " -> ", entry.link_target);
}

// As far as it can be read: what is damaged ends somewhere. Nothing is checked against a digest here, since
// it is the difference that is looked for.
LayerEntries entries_of(const BlobStore& blobs, const Descriptor& layer, std::string& broken) {
  LayerEntries entries;
  const auto read = [&]() -> Status {
    TRY(auto stored, blobs.open(layer.digest));
    TRY(const auto tar, unpacked_layer(std::move(stored), std::nullopt, layer.digest.text()));
    TarReader reader(*tar);
    for (;;) {
      TRY(const auto entry, reader.next());
      if (!entry) return {};
      LayerEntry& kept = entries[entry->path];
      kept.head = head_of(*entry);
      if (entry->type != TarEntry::Type::file) continue;
      TarContent content(reader);
      HashingSource hashing(content);
      TRY_STATUS(drain(hashing));
      kept.content = hashing.finish().hex();
    }
  };
  if (const Status done = read(); !done) broken = done.error().message;
  return entries;
}

class LayerComparison {
 public:
  LayerComparison(const LayerEntries& theirs, const LayerEntries& ours, std::string where)
      : theirs_(theirs), ours_(ours), where_(std::move(where)) {}

  std::vector<std::string> run() {
    for (const auto& [path, entry] : theirs_) {
      const auto other = ours_.find(path);
      if (other == ours_.end()) {
        say(path, "is only in the image");
      } else if (entry.head != other->second.head) {
        say(path, fmt::format("{} in the image, {} in the rebuild", entry.head, other->second.head));
      } else if (entry.content != other->second.content) {
        say(path, "other content");
      }
    }
    for (const auto& [path, entry] : ours_) {
      if (!theirs_.contains(path)) say(path, "is only in the rebuild");
    }
    return std::move(list_);
  }

 private:
  void say(const std::string& path, std::string_view what) {
    if (list_.size() < most_differences) list_.push_back(fmt::format("{}: {}: {}", where_, path, what));
  }

  const LayerEntries &theirs_, &ours_;
  std::string where_;
  std::vector<std::string> list_;
};

// One platform's image beside its rebuild.
class PlatformComparison {
 public:
  PlatformComparison(const BlobStore& blobs, const Store& fresh, PlatformImage theirs, PlatformImage ours)
      : blobs_(blobs), fresh_(fresh), theirs_(std::move(theirs)), ours_(std::move(ours)) {}

  Result<Reproduced> run(std::string platform) {
    result_.platform = std::move(platform);
    result_.same_config = theirs_.config_text == ours_.config_text;
    if (!result_.same_config) result_.differences.push_back("the config is another one");
    result_.same_layers = theirs_.config.diff_ids == ours_.config.diff_ids;
    const std::size_t count = std::max(theirs_.manifest.layers.size(), ours_.manifest.layers.size());
    for (std::size_t i = 0; i < count; ++i) {
      TRY_STATUS(compare_layer(i));
    }
    result_.same_manifest = result_.same_layers && theirs_.descriptor.digest == ours_.descriptor.digest;
    return std::move(result_);
  }

 private:
  Status compare_layer(std::size_t i) {
    const auto& theirs = theirs_.manifest.layers;
    const auto& ours = ours_.manifest.layers;
    if (i >= theirs.size() || i >= ours.size()) {
      result_.differences.push_back(fmt::format("layer {} is only in the {}", i + 1,
                                                i >= ours.size() ? "image" : "rebuild"));
      return {};
    }
    const Status whole = check_layer(i);
    if (whole) return {};
    if (whole.error().kind == ErrorKind::io || whole.error().kind == ErrorKind::not_found) return whole;
    result_.same_layers = false;
    const std::string where = fmt::format("layer {}", i + 1);
    std::string broken;
    const LayerEntries of_image = entries_of(blobs_, theirs[i], broken);
    const LayerEntries of_rebuild = entries_of(fresh_.blobs(), ours[i], broken);
    auto found = LayerComparison(of_image, of_rebuild, where).run();
    if (theirs_.config.diff_ids[i] == ours_.config.diff_ids[i]) {
      found.push_back(fmt::format("{}: it is not what the image's config says: {}", where,
                                  whole.error().message));
    }
    if (!broken.empty()) found.push_back(fmt::format("{}: {}", where, broken));
    if (found.empty()) found.push_back(where + ": the same files, in another form");
    std::ranges::move(found, std::back_inserter(result_.differences));
    return {};
  }

  // The very bytes of the rebuild, or others that unpack to its tar. Its own diff_id is for the message: what
  // counts is what its stored bytes are.
  Status check_layer(std::size_t i) const {
    const Descriptor& theirs = theirs_.manifest.layers[i];
    if (theirs.digest == ours_.manifest.layers[i].digest) {
      return check_blob(blobs_, theirs.digest, theirs.size_bytes);
    }
    TRY(const auto tar, open_layer(blobs_, theirs, ours_.config.diff_ids[i]));
    TRY_STATUS(drain(*tar));
    return {};
  }

  const BlobStore& blobs_;
  const Store& fresh_;
  PlatformImage theirs_, ours_;
  Reproduced result_{.platform = {}, .manifest = theirs_.descriptor.digest};
};

// One of the image's manifests, whatever the index says of its platform: its config knows better.
Result<Reproduced> compare_manifest(const BlobStore& blobs, const Store& fresh, const Descriptor& manifest,
                                    const std::vector<BuiltPlatform>& built) {
  TRY(PlatformImage theirs, read_platform_image(blobs, manifest));
  const std::string platform = fmt::format("{}/{}", theirs.config.os, theirs.config.architecture);
  const auto at = std::ranges::find(built, platform, [](const BuiltPlatform& one) {
    return std::string(one.platform.text());
  });
  if (at == built.end()) {
    return Reproduced{.platform = platform,
                      .manifest = manifest.digest,
                      .differences = {"the lock makes no image for this platform"}};
  }
  TRY(PlatformImage ours, read_platform_image(fresh.blobs(), at->image.manifest));
  TRY(Reproduced compared,
      PlatformComparison(blobs, fresh, std::move(theirs), std::move(ours)).run(platform));
  if (platform_text(manifest) == platform) return compared;
  compared.same_config = false;
  compared.differences.push_back(fmt::format("the index says that it is for {}", platform_text(manifest)));
  return compared;
}

// Whether each platform of the rebuild is there once, and nothing else.
bool covers(const std::vector<Reproduced>& compared, const std::vector<BuiltPlatform>& built) {
  return compared.size() == built.size() && std::ranges::all_of(built, [&](const BuiltPlatform& one) {
           return std::ranges::count(compared, std::string(one.platform.text()), &Reproduced::platform) == 1;
         });
}

}  // namespace

bool Reproduction::holds() const {
  return !platforms.empty() && std::ranges::all_of(platforms, &Reproduced::holds);
}

Result<Reproduction> reproduce_image(Store& fresh, HttpClient& http, const Clock& clock,
                                     const ReproduceRequest& wanted, Progress& progress) {
  BuildRequest request;
  request.lock = wanted.lock;
  request.catalog_root = wanted.catalog_root;
  TRY(const BuildResult built, build_image(fresh, http, clock, request, progress));
  TRY(const auto manifests, manifests_of(wanted.blobs, wanted.image));
  Reproduction reproduction{.platforms = {}, .warnings = built.warnings};
  for (const Descriptor& manifest : manifests) {
    TRY(Reproduced compared, compare_manifest(wanted.blobs, fresh, manifest, built.platforms));
    reproduction.platforms.push_back(std::move(compared));
  }
  reproduction.covers_index = covers(reproduction.platforms, built.platforms);
  reproduction.same_index = built.index.digest == wanted.image.digest;
  return reproduction;
}

}  // namespace hauberk
