// All the evidence of an image, found where the image lies and opened: what goes along when it moves.
//
// A listing is a stranger's word. Each manifest is opened here, and one that does not name the subject, or
// cannot be read, is left out and said; whether what it proves is true is not judged. Evidence of evidence is
// not followed. Thread rule: a free function.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "oci/referrers.h"
#include "publish/image_tree.h"

namespace hauberk {

struct EvidenceItem {
  Digest subject;
  Document document;
  Manifest manifest;
  std::string tag = {};  // "sha256-<hex>.sig", for the older forms; "": it refers to its subject

  std::vector<Descriptor> blobs() const;  // config and layers
};

struct GatheredEvidence {
  std::vector<EvidenceItem> items;  // by subject in the order of the tree, then by digest
  std::vector<std::string> left_out;  // why, one for each that was
};

// Of the image's index and each of its manifests. limit_exceeded: more than most_referrers for one subject;
// network, io: as the source says.
Result<GatheredEvidence> gather_evidence(const EvidenceSource& source, const ImageTree& tree);

}  // namespace hauberk
