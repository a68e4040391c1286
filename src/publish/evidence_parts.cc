// SPDX-License-Identifier: Apache-2.0
#include "publish/evidence_parts.h"

#include <map>

#include "publish/gather_evidence.h"

namespace hauberk {
namespace {

constexpr std::string_view ref_name = "org.opencontainers.image.ref.name";
constexpr std::string_view containerd_name = "io.containerd.image.name";

// As a layout lists it. A manifest's own annotations must not give it an image's name there.
Descriptor entry_of(const EvidenceItem& item) {
  Descriptor entry = item.document.descriptor;
  entry.artifact_type = item.manifest.artifact_type;
  entry.annotations = item.manifest.annotations;
  entry.annotations.erase(std::string(ref_name));
  entry.annotations.erase(std::string(containerd_name));
  if (!item.tag.empty()) entry.annotations[std::string(ref_name)] = item.tag;
  return entry;
}

class EvidenceAdder {
 public:
  EvidenceAdder(const BlobStore& blobs, ImageParts& parts) : blobs_(blobs), parts_(parts) {
    for (const Descriptor& blob : parts.blobs) sizes_.emplace(blob.digest, blob.size_bytes);
  }

  // All of it, or nothing.
  Status add(const EvidenceItem& item) {
    std::vector<Descriptor> all = item.blobs();
    all.push_back(item.document.descriptor);
    for (const Descriptor& blob : all) TRY_STATUS(check(blob));
    for (const Descriptor& blob : all) {
      if (sizes_.emplace(blob.digest, blob.size_bytes).second) parts_.blobs.push_back(blob);
    }
    parts_.evidence.push_back(entry_of(item));
    return {};
  }

 private:
  Status check(const Descriptor& blob) const {
    const auto at = sizes_.find(blob.digest);
    if (at == sizes_.end()) return check_blob(blobs_, blob.digest, blob.size_bytes);
    if (at->second == blob.size_bytes) return {};
    return fail(ErrorKind::invalid_input, "it says that {} has {} bytes, which has {}", blob.digest.text(),
                blob.size_bytes, at->second);
  }

  const BlobStore& blobs_;
  ImageParts& parts_;
  std::map<Digest, std::uint64_t> sizes_;
};

}  // namespace

Result<std::vector<std::string>> add_evidence(const BlobStore& blobs, const EvidenceSource& source,
                                              ImageParts& parts) {
  TRY(const ImageTree tree, read_tree(stored_documents(blobs), parts.root));
  TRY(GatheredEvidence gathered, gather_evidence(source, tree));
  EvidenceAdder adder(blobs, parts);
  for (const EvidenceItem& item : gathered.items) {
    const Status added = adder.add(item);
    if (added) continue;
    if (added.error().kind == ErrorKind::io) return std::unexpected(added.error());
    gathered.left_out.push_back(fmt::format("the evidence {} of {} is left out: {}",
                                            item.document.descriptor.digest.text(), item.subject.text(),
                                            added.error().message));
  }
  return std::move(gathered.left_out);
}

}  // namespace hauberk
