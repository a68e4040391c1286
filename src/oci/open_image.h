// Images wherever they lie: the store, an OCI layout, an OCI archive, a Docker archive.
//
// Specs: OCI image-spec 1.1, image-layout.md and image-index.md; Docker's image archive ("docker save"): a
// tar with manifest.json, whose layers are plain or gzip tars, and since Docker 25 an OCI layout in the same
// tar. All of it is hostile input: documents are limited in size, depth and number, blobs are checked against
// their digests, layers against their diff_ids, and nothing outside the folder or archive is reached by any
// name or link in it. Thread rule: functions; the results as ImageSource says.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/platform.h"
#include "io/dir.h"
#include "oci/blob_store.h"
#include "oci/image_source.h"

namespace hauberk {

enum class ImageForm { layout, oci_archive, docker_archive };

// "oci", "oci-archive", "docker-archive": the prefixes that a user writes.
std::string_view name_of(ImageForm form);

// What is at a path, by its content. not_found: nothing; unsupported: a folder or file of another kind, with
// what would do.
Result<ImageForm> image_form(const std::string& path);

struct ImageChoice {
  std::string name = {};  // of one of the images there: "nginx:1.26", a tag or a digest; empty: the only one
  std::optional<Platform> platform = {};  // else this machine's, else the first
};

// An image that a layout or archive holds.
struct ListedImage {
  std::vector<std::string> names = {};  // sorted; none where nobody named it
  std::vector<std::string> platforms = {};  // "linux/amd64", as its index has them; none where not said

  friend bool operator==(const ListedImage&, const ListedImage&) = default;
};

// All images at the path, in the order they are listed there.
Result<std::vector<ListedImage>> list_images(const std::string& path, ImageForm form);

// One of them. not_found: none of that name or platform, or several and none was named: then it says which
// there are. invalid_input, limit_exceeded, verification_failed, unsupported: as the head of this file says.
Result<std::unique_ptr<ImageSource>> open_image(const std::string& path, ImageForm form,
                                                const ImageChoice& choice = {});

// An archive of either kind that is open already; for tests and fuzzing.
Result<std::unique_ptr<ImageSource>> open_archive(Fd file, std::string name, const ImageChoice& choice = {});

// An image of a blob store, which must outlive it; `image` is an index or a manifest.
Result<std::unique_ptr<ImageSource>> open_stored_image(const BlobStore& blobs, const Descriptor& image,
                                                       std::string name, std::vector<std::string> tags,
                                                       const std::optional<Platform>& platform = {});

}  // namespace hauberk
