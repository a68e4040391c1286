// The evidence in an OCI image layout, in a folder or in an archive.
//
// index.json lists it beside the images:
//   - a referrer is an entry whose manifest has a `subject`;
//   - "sha256-<hex>" (org.opencontainers.image.ref.name) is an index of referrers, as registries without the
//     referrers API keep it (distribution-spec, "Referrers Tag Schema");
//   - "sha256-<hex>.sig" and ".att" are cosign's older forms.
// Programs that are given an archive without a tag take its one entry, and refuse it if there are two. So
// an archive of ours has one, and index.json names in its annotation "hauberk.evidence" the digest of a
// second index, a blob, which lists the rest in the same way.
//
// The listing is read and its manifests are opened once, when the source is made. An entry that cannot be
// read is nobody's evidence. Thread rule: all methods may be called from several threads.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "oci/layout_reader.h"
#include "oci/open_image.h"
#include "oci/referrers.h"

namespace hauberk {

inline constexpr std::string_view evidence_annotation = "hauberk.evidence";

// As LayoutReader, and what it says of the index that the annotation names. unsupported: a Docker archive,
// which has no place for evidence.
Result<std::unique_ptr<EvidenceSource>> open_evidence(const std::string& path, ImageForm form);
Result<std::unique_ptr<EvidenceSource>> open_evidence(std::unique_ptr<LayoutReader> layout);

}  // namespace hauberk
