// The three forms an image is copied out in, and the documents that they share.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/progress.h"
#include "oci/reference.h"
#include "publish/copy.h"
#include "publish/output_file.h"
#include "publish/parts.h"

namespace hauberk {

inline constexpr std::string_view layout_text = R"({"imageLayoutVersion":"1.0.0"})";

// The descriptor as an entry of a layout's index.json: with the tag as its name there, and the whole
// reference for the tools that load archives.
Descriptor named(Descriptor root, const Reference* name);

// An image index of these entries.
Index index_with_entries(std::vector<Descriptor> entries);

// Reads the blob, checks it, and writes it; tells the progress.
Status copy_blob(const BlobStore& blobs, const Descriptor& blob, ByteSink& sink, Progress& progress);

// image-layout.md, as a folder. `name` may be null. Returns the digest of the image that lost its name, as
// CopyReport's.
Result<std::string> copy_to_layout(const BlobStore& blobs, const ImageParts& parts, const Reference* name,
                                   const Dir& folder, Progress& progress);

// image-layout.md, in a tar: evidence in a second index (oci/layout_evidence.h).
Status write_oci_archive(const BlobStore& blobs, const ImageParts& parts, const Reference* name,
                         ByteSink& sink, Progress& progress);

// Docker's image archive:
//   manifest.json                [{"Config":"<hex>.json","Layers":["<hex>.tar",...],"RepoTags":["name:tag"]}]
//   <hex of the digest>.json     the image config, byte for byte: its digest is Docker's image ID
//   <hex of the diff_id>.tar     each layer, uncompressed; a layer that occurs twice is there once
Status write_docker_archive(const BlobStore& blobs, const PlatformImage& image, const Reference* name,
                            ByteSink& sink, Progress& progress);

}  // namespace hauberk
