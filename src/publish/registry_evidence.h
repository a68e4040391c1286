// The evidence of the images of a registry's repository: by its referrers API, or where it has none by the
// tag that stands in for it.
//
// Thread rule: every method from any thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/referrers.h"
#include "publish/registry_client.h"

namespace hauberk {

// Whether the tag that lists the referrers of `subject` names the subject itself, and so no list: as after
// `cosign copy`, or at a registry (GitLab's) that reads "sha256-<hex>" as the digest "sha256:<hex>".
bool is_subject_itself(const Document& tagged, const Digest& subject);

class RegistryEvidence final : public EvidenceSource {
 public:
  // `registry` must outlive this. `connections`: how many requests it answers at once.
  explicit RegistryEvidence(RegistryClient& registry, std::size_t connections = 6)
      : registry_(registry), connections_(connections) {}

  std::size_t threads() const override { return connections_; }

  Result<std::vector<Descriptor>> referrers(const Digest& subject) const override;
  Result<std::optional<Descriptor>> tagged(std::string_view tag) const override;
  Result<std::string> read(const Descriptor& blob, std::uint64_t limit_bytes) const override;

 private:
  RegistryClient& registry_;
  std::size_t connections_;
};

}  // namespace hauberk
