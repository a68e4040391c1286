// Getting an image out of the store: as an OCI layout, an OCI archive or a Docker archive.
//
// Specs: OCI image-spec, image-layout.md; Docker's image archive ("docker save", with manifest.json and
// layers uncompressed so that Docker 20.10 loads them whatever their compression was).
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/platform.h"
#include "base/progress.h"
#include "oci/manifest.h"
#include "oci/referrers.h"
#include "store/store.h"

namespace hauberk {

struct Destination {
  enum class Kind { oci, oci_archive, docker_archive };
  Kind kind;
  std::string path;

  // "oci:DIR", "oci-archive:FILE", "docker-archive:FILE"; invalid_input lists these.
  static Result<Destination> parse(std::string_view text);
};

struct CopyOptions {
  std::string reference;             // the name recorded in the copy: "dhi.io/nginx:1"
  std::optional<Platform> platform;  // only this one; docker-archive needs one: this machine's if not said
  // Where the evidence of the image is, with its blobs in the store; null: the image goes alone. A Docker
  // archive has no place for it.
  const EvidenceSource* evidence = nullptr;
};

struct CopyReport {
  std::string
      unnamed;  // digest of the image in the oci: folder that lost its tag to this one; "" if none did
  std::size_t evidence = 0;            // pieces that went along
  std::vector<std::string> left_out;   // evidence that cannot be used, and why
};

// Writes the image (index or manifest), all that it refers to, and all evidence of it and of the manifests in
// it; every blob is verified while it is read.
// An oci: folder may exist: the image is added as skopeo does it. Names there are tags alone, so one that
// another image has moves to the new one, and the other stays without name. A file is replaced atomically.
// conflict: the folder is something else.
Result<CopyReport> copy_image(const Store& store, const Descriptor& image, const Destination& destination,
                              const CopyOptions& options, Progress& progress);

// The same out of any blobs.
Result<CopyReport> copy_image(const BlobStore& blobs, const Descriptor& image, const Destination& destination,
                              const CopyOptions& options, Progress& progress, Os& os = real_os());

}  // namespace hauberk
