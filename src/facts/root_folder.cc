// SPDX-License-Identifier: Apache-2.0
#include "facts/root_folder.h"

#include "facts/folder_tar.h"
#include "io/dir.h"

namespace hauberk {
namespace {

class RootFolderImage final : public ImageSource {
 public:
  RootFolderImage(Dir dir, ImageConfig config)
      : dir_(std::move(dir)), name_(dir_.path()), config_(std::move(config)), layers_(1) {}

  const std::string& name() const override { return name_; }
  const ImageConfig& config() const override { return config_; }
  const std::string& config_text() const override { return config_text_; }
  const std::optional<Descriptor>& descriptor() const override { return descriptor_; }
  const std::optional<Manifest>& manifest() const override { return manifest_; }
  const std::vector<std::string>& tags() const override { return tags_; }
  const std::vector<Layer>& layers() const override { return layers_; }
  Result<std::unique_ptr<ByteSource>> open_layer(std::size_t) const override { return FolderTar::open(dir_); }

 private:
  Dir dir_;
  std::string name_;
  ImageConfig config_;
  std::string config_text_;               // none of these: a folder is no image of anybody's
  std::optional<Descriptor> descriptor_;
  std::optional<Manifest> manifest_;
  std::vector<std::string> tags_;
  std::vector<Layer> layers_;
};

}  // namespace

Result<std::unique_ptr<ImageSource>> open_root_folder(const std::string& path,
                                                      const std::optional<Platform>& platform) {
  TRY(Dir dir, Dir::open(path));
  ImageConfig config;
  config.os = "linux";
  const auto machine = Platform::of_this_machine();
  if (platform) {
    config.architecture = platform->architecture();
  } else if (machine) {
    config.architecture = machine->architecture();
  }
  return std::make_unique<RootFolderImage>(std::move(dir), std::move(config));
}

}  // namespace hauberk
