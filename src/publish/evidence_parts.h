// The evidence of an image, as parts that go along when it is copied.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "oci/referrers.h"
#include "publish/parts.h"

namespace hauberk {

// Adds the evidence of the image's index and of each manifest among its parts: manifests, and what they name.
// A piece that cannot be used whole (a blob that is missing or damaged, another subject) is left out; returns
// why, one sentence for each. io, and what the source says.
Result<std::vector<std::string>> add_evidence(const BlobStore& blobs, const EvidenceSource& source,
                                              ImageParts& parts);

}  // namespace hauberk
