// Places of evidence, for tests: what they list may be lies.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "oci/blob_store.h"
#include "oci/referrers.h"

namespace hauberk {

// It says what it was told to; where the blobs are is up to who derives from it.
class ListedEvidence : public EvidenceSource {
 public:
  Result<std::vector<Descriptor>> referrers(const Digest& subject) const override {
    const auto at = listed.find(subject);
    return at == listed.end() ? std::vector<Descriptor>() : at->second;
  }
  Result<std::optional<Descriptor>> tagged(std::string_view tag) const override {
    const auto at = tags.find(tag);
    if (at == tags.end()) return std::nullopt;
    return at->second;
  }

  std::map<Digest, std::vector<Descriptor>> listed;
  std::map<std::string, Descriptor, std::less<>> tags;
};

class ListedBlobs final : public ListedEvidence {
 public:
  explicit ListedBlobs(const BlobStore& blobs) : blobs_(blobs) {}
  Result<std::string> read(const Descriptor& blob, std::uint64_t limit_bytes) const override {
    return read_verified(blobs_, blob.digest, limit_bytes);
  }

 private:
  const BlobStore& blobs_;
};

}  // namespace hauberk
