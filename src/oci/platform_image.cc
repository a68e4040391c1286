// SPDX-License-Identifier: Apache-2.0
#include "oci/platform_image.h"

#include <algorithm>

#include "oci/media_type.h"

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

std::string platforms_text(const std::vector<Descriptor>& manifests) {
  std::vector<std::string> texts;
  for (const Descriptor& manifest : manifests) texts.push_back(platform_text(manifest));
  return fmt::format("{}", fmt::join(texts, ", "));
}

constexpr int index_depth_limit = 4;
constexpr std::size_t images_limit = 2'000;

bool is_index(const Descriptor& descriptor) {
  return descriptor.media_type == media_type::index ||
         descriptor.media_type == media_type::docker_manifest_list;
}

// Not what build tools put beside images: attestations (named so by BuildKit) and other artifacts.
bool is_image(const Descriptor& descriptor) {
  const bool is_manifest =
      descriptor.media_type == media_type::manifest || descriptor.media_type == media_type::docker_manifest;
  return is_manifest && descriptor.artifact_type.empty() &&
         !descriptor.annotations.contains("vnd.docker.reference.type");
}

Status collect_images(const BlobStore& blobs, const std::vector<Descriptor>& entries, int depth,
                      std::vector<Descriptor>& images) {
  if (depth > index_depth_limit) {
    return fail(ErrorKind::limit_exceeded, "cannot read the image: more than {} indexes within each other",
                index_depth_limit);
  }
  for (const Descriptor& entry : entries) {
    if (!is_index(entry) && !is_image(entry)) continue;
    if (images.size() == images_limit) {
      return fail(ErrorKind::limit_exceeded, "cannot read the image: more than {} manifests", images_limit);
    }
    TRY(const auto below, manifests_of(blobs, entry));
    if (is_index(entry)) {
      TRY_STATUS(collect_images(blobs, below, depth + 1, images));
    } else {
      images.insert(images.end(), below.begin(), below.end());
    }
  }
  return {};
}

}  // namespace

std::string platform_text(const Descriptor& manifest) {
  if (manifest.os.empty() && manifest.architecture.empty()) return "unknown";
  return manifest.os + "/" + manifest.architecture;
}

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

Result<std::vector<Descriptor>> images_below(const BlobStore& blobs, const std::vector<Descriptor>& roots) {
  std::vector<Descriptor> images;
  TRY_STATUS(collect_images(blobs, roots, 0, images));
  return images;
}

Result<Descriptor> choose_platform(const std::vector<Descriptor>& manifests,
                                   const std::optional<Platform>& platform, std::string_view name) {
  if (manifests.empty()) return fail(ErrorKind::not_found, "there is no image in {}", name);
  const auto with = [&](std::string_view wanted) {
    return std::ranges::find_if(manifests, [&](const Descriptor& m) { return platform_text(m) == wanted; });
  };
  if (platform) {
    if (const auto found = with(platform->text()); found != manifests.end()) return *found;
    return fail(ErrorKind::not_found, "{} is not there for {}; it is for: {} (choose with --platform)", name,
                platform->text(), platforms_text(manifests));
  }
  const auto machine = Platform::of_this_machine();
  const auto found = machine ? with(machine->text()) : manifests.end();
  return found == manifests.end() ? manifests.front() : *found;
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

}  // namespace hauberk
