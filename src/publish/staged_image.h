// An image out of a registry, in a folder for temporary files, for as long as it is on its way elsewhere.
//
// The folder ($TMPDIR, else /var/tmp) is private and gone with the object; a killed process leaves it behind.
// Thread rule: as of its parts, once it is there.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "oci/referrers.h"
#include "publish/pull.h"

namespace hauberk {

class StagedImage {
 public:
  // As pull_image().
  static Result<std::unique_ptr<StagedImage>> pull(RegistryClient& registry, const PullRequest& request,
                                                   Progress& progress);
  StagedImage(const StagedImage&) = delete;
  StagedImage& operator=(const StagedImage&) = delete;
  ~StagedImage();

  const Descriptor& image() const { return report_->image; }
  const PullReport& report() const { return *report_; }
  const BlobStore& blobs() const { return blobs_; }
  const EvidenceSource& evidence() const { return *evidence_; }

 private:
  explicit StagedImage(Dir folder);

  Dir folder_;
  DirBlobStore blobs_;
  std::optional<PullReport> report_;
  std::unique_ptr<EvidenceSource> evidence_;
};

}  // namespace hauberk
