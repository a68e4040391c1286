// SPDX-License-Identifier: Apache-2.0
#include "publish/parts.h"

#include <map>

namespace hauberk {
namespace {

constexpr std::uint64_t config_limit_bytes = 8 << 20;

// The document, whose length the descriptor gave away: it is part of what was promised.
Result<std::string> read_document(const BlobStore& blobs, const Descriptor& descriptor,
                                  std::uint64_t limit_bytes) {
  TRY(std::string text, read_verified(blobs, descriptor.digest, limit_bytes));
  if (text.size() != descriptor.size_bytes) {
    return fail(ErrorKind::verification_failed, "cannot use {}: it has {} bytes, and {} were promised",
                descriptor.digest.text(), text.size(), descriptor.size_bytes);
  }
  return text;
}

Result<std::variant<Manifest, Index>> read_root(const BlobStore& blobs, const Descriptor& image) {
  TRY(const std::string text, read_document(blobs, image, manifest_limit_bytes));
  auto document = parse_manifest_or_index(text);
  if (!document) return wrap(std::move(document).error(), fmt::format("cannot read {}", image.digest.text()));
  return document;
}

std::string platform_text(const Descriptor& manifest) {
  if (manifest.os.empty() && manifest.architecture.empty()) return "unknown";
  return manifest.os + "/" + manifest.architecture;
}

std::string platforms_text(const std::vector<Descriptor>& manifests) {
  std::vector<std::string> texts;
  for (const Descriptor& manifest : manifests) texts.push_back(platform_text(manifest));
  return fmt::format("{}", fmt::join(texts, ", "));
}

// Collects blobs, each once.
class Collector {
 public:
  Status add(const Descriptor& descriptor) {
    const auto [at, is_new] = sizes_.try_emplace(descriptor.digest, descriptor.size_bytes);
    if (is_new) blobs_.push_back(descriptor);
    if (at->second == descriptor.size_bytes) return {};
    return fail(ErrorKind::invalid_input, "cannot copy the image: it names {} with two sizes, {} and {}",
                descriptor.digest.text(), at->second, descriptor.size_bytes);
  }

  Status add_image(const BlobStore& blobs, const Descriptor& descriptor) {
    TRY(const PlatformImage image, read_platform_image(blobs, descriptor));
    TRY_STATUS(add(descriptor));
    TRY_STATUS(add(image.manifest.config));
    for (const Descriptor& layer : image.manifest.layers) TRY_STATUS(add(layer));
    return {};
  }

  std::vector<Descriptor> take() { return std::move(blobs_); }

 private:
  std::vector<Descriptor> blobs_;
  std::map<Digest, std::uint64_t> sizes_;
};

}  // namespace

Result<PlatformImage> read_platform_image(const BlobStore& blobs, const Descriptor& descriptor) {
  TRY(const std::string text, read_document(blobs, descriptor, manifest_limit_bytes));
  auto manifest = parse_manifest(text);
  if (!manifest) {
    return wrap(std::move(manifest).error(), fmt::format("cannot read {}", descriptor.digest.text()));
  }
  TRY(std::string config_text, read_document(blobs, manifest->config, config_limit_bytes));
  auto config = parse_config(config_text);
  if (!config) {
    return wrap(std::move(config).error(), fmt::format("cannot read {}", manifest->config.digest.text()));
  }
  if (config->diff_ids.size() != manifest->layers.size()) {
    return fail(ErrorKind::invalid_input,
                "cannot read the image {}: its manifest has {} layers, and its config {}",
                descriptor.digest.text(), manifest->layers.size(), config->diff_ids.size());
  }
  return PlatformImage{descriptor, *std::move(manifest), *std::move(config), std::move(config_text)};
}

Result<std::vector<Descriptor>> manifests_of(const BlobStore& blobs, const Descriptor& image) {
  TRY(auto root, read_root(blobs, image));
  if (const auto* index = std::get_if<Index>(&root)) return index->manifests;
  Descriptor manifest = image;
  if (manifest.os.empty() && manifest.architecture.empty()) {
    TRY(const PlatformImage read, read_platform_image(blobs, image));
    manifest.os = read.config.os;
    manifest.architecture = read.config.architecture;
  }
  return std::vector<Descriptor>{std::move(manifest)};
}

Result<PlatformImage> image_for(const BlobStore& blobs, const Descriptor& image,
                                const std::optional<Platform>& platform) {
  TRY(const auto manifests, manifests_of(blobs, image));
  if (!platform && manifests.size() == 1) return read_platform_image(blobs, manifests.front());
  std::string wanted;
  if (platform) {
    wanted = platform->text();
  } else {
    TRY(const Platform machine, Platform::of_this_machine());
    wanted = machine.text();
  }
  for (const Descriptor& manifest : manifests) {
    if (platform_text(manifest) == wanted) return read_platform_image(blobs, manifest);
  }
  return fail(ErrorKind::not_found,
              "the image {} is not there for {}; it is for: {} (choose with --platform)", image.digest.text(),
              wanted, platforms_text(manifests));
}

Result<ImageParts> parts_of(const BlobStore& blobs, const Descriptor& image,
                            const std::optional<Platform>& platform) {
  Collector collector;
  if (platform) {
    TRY(const PlatformImage one, image_for(blobs, image, platform));
    TRY_STATUS(collector.add_image(blobs, one.descriptor));
    return ImageParts{one.descriptor, collector.take()};
  }
  TRY(const auto manifests, manifests_of(blobs, image));
  TRY_STATUS(collector.add(image));
  for (const Descriptor& manifest : manifests) TRY_STATUS(collector.add_image(blobs, manifest));
  return ImageParts{image, collector.take()};
}

}  // namespace hauberk
