// SPDX-License-Identifier: Apache-2.0
#include "oci/docker_archive.h"

#include <algorithm>

#include "oci/json_members.h"
#include "oci/layer_source.h"

namespace hauberk {
namespace {

constexpr std::string_view manifest_path = "manifest.json";
constexpr std::uint64_t config_limit_bytes = 8 << 20;
constexpr std::size_t images_limit = 1'000;
constexpr std::size_t layers_limit = 2'000;

class DockerImage final : public ImageSource {
 public:
  DockerImage(std::shared_ptr<const TarArchive> archive, std::string name, ImageConfig config,
              std::string config_text, const DockerImageEntry& entry, std::vector<Layer> layers)
      : archive_(std::move(archive)),
        name_(std::move(name)),
        config_(std::move(config)),
        config_text_(std::move(config_text)),
        tags_(entry.tags),
        paths_(entry.layers),
        layers_(std::move(layers)) {}

  const std::string& name() const override { return name_; }
  const ImageConfig& config() const override { return config_; }
  const std::string& config_text() const override { return config_text_; }
  const std::optional<Descriptor>& descriptor() const override { return descriptor_; }
  const std::optional<Manifest>& manifest() const override { return manifest_; }
  const std::vector<std::string>& tags() const override { return tags_; }
  const std::vector<Layer>& layers() const override { return layers_; }

  Result<std::unique_ptr<ByteSource>> open_layer(std::size_t i) const override {
    TRY(auto stored, archive_->open_member(paths_.at(i)));
    return unpacked_layer(std::move(stored), layers_.at(i).diff_id, paths_[i]);
  }

 private:
  std::shared_ptr<const TarArchive> archive_;  // shared with other images of it
  std::string name_;
  ImageConfig config_;
  std::string config_text_;
  std::optional<Descriptor> descriptor_;  // there is none in this form
  std::optional<Manifest> manifest_;
  std::vector<std::string> tags_;
  std::vector<std::string> paths_;
  std::vector<Layer> layers_;
};

Result<DockerImageEntry> entry_of(const Json& json) {
  constexpr std::string_view what = "manifest.json";
  if (!json.is_object()) return fail(ErrorKind::invalid_input, "{}: an image is no object", what);
  DockerImageEntry entry;
  TRY(const std::string config, json_string(json, "Config", what));
  TRY(entry.config, normal_path(config));
  TRY(entry.tags, optional_strings(json, "RepoTags", what));
  std::ranges::sort(entry.tags);
  TRY(const auto layers, optional_strings(json, "Layers", what));
  if (layers.size() > layers_limit) {
    return fail(ErrorKind::limit_exceeded, "{}: {} layers, more than the {} allowed", what, layers.size(),
                layers_limit);
  }
  for (const std::string& layer : layers) {
    TRY(entry.layers.emplace_back(), normal_path(layer));
  }
  return entry;
}

Result<std::vector<DockerImageEntry>> entries_of(std::string_view text) {
  TRY(const Json json, parse_json(text, {.size_bytes = manifest_limit_bytes, .depth = 8}));
  if (!json.is_array() || json.empty()) {
    return fail(ErrorKind::invalid_input, "manifest.json is not a list of images");
  }
  if (json.size() > images_limit) {
    return fail(ErrorKind::limit_exceeded, "manifest.json: {} images, more than the {} allowed", json.size(),
                images_limit);
  }
  std::vector<DockerImageEntry> entries;
  for (const Json& item : json) {
    TRY(entries.emplace_back(), entry_of(item));
  }
  return entries;
}

// A name like "<hex>.json" or "blobs/sha256/<hex>" is a promise.
Status check_name(const std::string& path, const std::string& text) {
  std::string_view name = path;
  name.remove_prefix(name.rfind('/') + 1);
  if (name.ends_with(".json")) name.remove_suffix(5);
  const auto promised = Digest::of_hex(Digest::Algorithm::sha256, name);
  if (!promised || *promised == Digest::of(text)) return {};
  return fail(ErrorKind::verification_failed, "the config {} does not have the digest that its name says",
              path);
}

Result<std::vector<ImageSource::Layer>> layers_of(const TarArchive& archive, const DockerImageEntry& entry,
                                                  const ImageConfig& config) {
  if (config.diff_ids.size() != entry.layers.size()) {
    return fail(ErrorKind::invalid_input, "its manifest.json has {} layers, and its config {}",
                entry.layers.size(), config.diff_ids.size());
  }
  std::vector<ImageSource::Layer> layers;
  for (std::size_t i = 0; i < entry.layers.size(); ++i) {
    TRY(const std::uint64_t size, archive.size_bytes(entry.layers[i]));
    layers.push_back({config.diff_ids[i], std::nullopt, size});
  }
  return layers;
}

Result<std::unique_ptr<ImageSource>> open_entry(std::shared_ptr<const TarArchive> archive,
                                                const DockerImageEntry& entry) {
  TRY(std::string text, archive->read_member(entry.config, config_limit_bytes));
  TRY_STATUS(check_name(entry.config, text));
  TRY(ImageConfig config, parse_config(text));
  TRY(auto layers, layers_of(*archive, entry, config));
  std::string name = entry.tags.empty() ? archive->name() : entry.tags.front();
  return std::make_unique<DockerImage>(std::move(archive), std::move(name), std::move(config),
                                       std::move(text), entry, std::move(layers));
}

}  // namespace

Result<std::vector<DockerImageEntry>> read_docker_manifest(const TarArchive& archive) {
  TRY(const std::string text, archive.read_member(manifest_path, manifest_limit_bytes));
  auto entries = entries_of(text);
  if (!entries) return wrap(std::move(entries).error(), fmt::format("cannot read {}", archive.name()));
  return entries;
}

Result<std::unique_ptr<ImageSource>> open_docker_image(std::shared_ptr<const TarArchive> archive,
                                                       const DockerImageEntry& entry) {
  const std::string name = archive->name();
  auto image = open_entry(std::move(archive), entry);
  if (!image) return wrap(std::move(image).error(), fmt::format("cannot read the image of {}", name));
  return image;
}

}  // namespace hauberk
