// An image with its evidence out of a registry, into a blob store.
//
// Blobs first, then the documents that name them, children before parents: what is there is whole. Everything
// is checked against its digest; blobs that are there are not fetched again, so that an interrupted pull goes
// on where it was. Thread rule: a free function.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/platform.h"
#include "base/progress.h"
#include "oci/blob_store.h"
#include "publish/registry_client.h"

namespace hauberk {

struct PullRequest {
  std::string name;  // a tag or a digest
  std::optional<Platform> platform = {};  // only this one's manifest; none: everything
  bool with_evidence = true;
  std::size_t connections = 6;
};

struct PulledEvidence {
  Digest subject;
  Descriptor manifest;   // with artifact type and annotations, as it says itself
  std::string tag = {};  // of the older forms; "": it refers to its subject
};

struct PullReport {
  Descriptor image;
  std::vector<PulledEvidence> evidence = {};
  std::size_t blobs_fetched = 0, blobs_there = 0;
  std::uint64_t bytes_fetched = 0;
  std::vector<Digest> blobs = {};  // of the image: that the repository has
};

// not_found, verification_failed, network: as the registry client says. Evidence that cannot be used is left
// out, with a warning; the image's own parts cannot be.
Result<PullReport> pull_image(RegistryClient& registry, BlobStore& blobs, const PullRequest& request,
                              Progress& progress);

}  // namespace hauberk
