// SPDX-License-Identifier: Apache-2.0
#include "publish/staged_image.h"

#include <filesystem>

#include "io/temporary_folder.h"

namespace hauberk {
namespace {

// What was pulled, as it was listed.
class PulledSource final : public EvidenceSource {
 public:
  PulledSource(const std::vector<PulledEvidence>& evidence, const BlobStore& blobs)
      : evidence_(evidence), blobs_(blobs) {}

  Result<std::vector<Descriptor>> referrers(const Digest& subject) const override {
    std::vector<Descriptor> found;
    for (const PulledEvidence& item : evidence_) {
      if (item.tag.empty() && item.subject == subject) found.push_back(item.manifest);
    }
    return found;
  }

  Result<std::optional<Descriptor>> tagged(std::string_view tag) const override {
    for (const PulledEvidence& item : evidence_) {
      if (!item.tag.empty() && item.tag == tag) return item.manifest;
    }
    return std::nullopt;
  }

  Result<std::string> read(const Descriptor& blob, std::uint64_t limit_bytes) const override {
    return read_verified(blobs_, blob.digest, limit_bytes);
  }

 private:
  const std::vector<PulledEvidence>& evidence_;
  const BlobStore& blobs_;
};

}  // namespace

StagedImage::StagedImage(Dir folder) : folder_(std::move(folder)), blobs_(folder_) {}

StagedImage::~StagedImage() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_.path(), ignored);
}

Result<std::unique_ptr<StagedImage>> StagedImage::pull(RegistryClient& registry, const PullRequest& request,
                                                       Progress& progress) {
  TRY(const std::string path, make_temporary_folder("image"));
  TRY(Dir folder, Dir::open(path));
  std::unique_ptr<StagedImage> staged(new StagedImage(std::move(folder)));
  TRY(staged->report_, pull_image(registry, staged->blobs_, request, progress));
  staged->evidence_ = std::make_unique<PulledSource>(staged->report_->evidence, staged->blobs_);
  return staged;
}

}  // namespace hauberk
