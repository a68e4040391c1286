// Evidence into a registry: manifests that refer to their subject, and those below tags.
//
// A registry with the referrers API lists them itself, and says so. For one without, we keep the list, as its
// clients do: an index below the tag "<algorithm>-<hex>", read, completed and written again, and read once
// more, since nobody can lock it. Where the registry reads that tag as the digest itself, there can be no
// list, and only what has a tag of its own (".sig", ".att") is found. Thread rule: free functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "publish/gather_evidence.h"

namespace hauberk {

// Those of the items that the registry does not list (or, below a tag, that the tag does not name).
Result<std::vector<EvidenceItem>> missing_evidence(RegistryClient& registry, std::vector<EvidenceItem> items,
                                                   std::size_t connections);

struct WrittenLists {
  bool by_tag = false;  // lists of referrers were kept below tags
  std::vector<Digest> without;  // subjects that can have none
};

// Writes the manifests; their blobs are there. conflict: a tag for a list names something else, or others
// wrote it over and over.
Result<WrittenLists> put_evidence(RegistryClient& registry, const std::vector<EvidenceItem>& items,
                                  std::size_t connections);

}  // namespace hauberk
