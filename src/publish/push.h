// An image with its evidence into a registry.
//
// The order is what makes it safe to be interrupted, and to be pulled from meanwhile: blobs, manifests,
// indexes, evidence, and the tags last. So a tag never names what is not whole, nor an image whose evidence
// is still to come. What is there already is not sent again. Thread rule: a free function.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "oci/referrers.h"
#include "publish/registry_client.h"
#include "publish/registry_upload.h"

namespace hauberk {

struct PushRequest {
  Descriptor image;  // an index or a manifest
  std::vector<std::string> tags;  // that shall name it; may be empty
  const EvidenceSource* evidence = nullptr;  // of the same blobs; none: the image alone
  // A repository of the same registry that has the blob, to be mounted from; "": none is known.
  std::function<std::string(const Digest&)> known_in = {};
  std::size_t connections = 6;
  UploadOptions upload = {};
};

struct PushReport {
  std::size_t blobs_sent = 0, blobs_mounted = 0, blobs_there = 0;
  std::size_t evidence = 0;  // manifests that belong to the image, there now
  std::size_t evidence_sent = 0;  // of these, those that were not there
  bool by_tag = false;  // the registry has no referrers API: evidence is listed below a tag
  std::vector<Digest> blobs = {};  // that the repository now has
  std::vector<Digest> not_mounted = {};  // of these, those that were not where `known_in` said
};

// verification_failed, not_found: of the stored image; else as the registry client says. After an error, run
// again: it goes on from there.
Result<PushReport> push_image(const BlobStore& blobs, RegistryClient& registry, const PushRequest& request,
                              Progress& progress);

}  // namespace hauberk
