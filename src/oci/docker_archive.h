// Docker's image archive ("docker save"), as far as its own manifest.json goes.
//
//   manifest.json   [{"Config": path, "RepoTags": ["name:tag"] or null, "Layers": [path of a tar, ...]}, ...]
//
// Paths are the archive's members, whatever they are called; layers are plain tars or compressed ones, the
// lowest first. The digest of the config is Docker's image ID.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "oci/open_image.h"
#include "oci/tar_archive.h"

namespace hauberk {

struct DockerImageEntry {
  std::string config = {};
  std::vector<std::string> tags = {};  // sorted
  std::vector<std::string> layers = {};
};

// invalid_input: not of that form, or no image in it; limit_exceeded: more than 1,000 images or 2,000 layers.
Result<std::vector<DockerImageEntry>> read_docker_manifest(const TarArchive& archive);

// The image of one entry. invalid_input: its config has another number of layers, or a layer is missing;
// verification_failed: its config is named by another digest than its own.
Result<std::unique_ptr<ImageSource>> open_docker_image(std::shared_ptr<const TarArchive> archive,
                                                       const DockerImageEntry& entry);

}  // namespace hauberk
