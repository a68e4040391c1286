// Where the evidence of an image is found, wherever the image lies: store, layout, archive, registry.
//
// Specs: OCI distribution-spec 1.1, "Listing Referrers"; OCI image-spec 1.1, manifest.md, "subject". A source
// answers for one repository, or one layout. Its listings are a stranger's word: what is listed has to be
// opened, and judged by its own bytes. Implementations: stored (history/evidence.h), layout and archive
// (oci/layout_evidence.h), registry (publish). Thread rule: threads().
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "oci/manifest.h"

namespace hauberk {

inline constexpr std::size_t most_referrers = 10'000;  // of one subject

class EvidenceSource {
 public:
  virtual ~EvidenceSource() = default;

  // Manifests that name `subject` as theirs, each digest once, sorted by digest. A listing's word only: open
  // each. Empty where nothing refers to it, or the subject is not known. limit_exceeded above most_referrers.
  virtual Result<std::vector<Descriptor>> referrers(const Digest& subject) const = 0;

  // What a tag of the same repository names: cosign's older forms, "sha256-<hex>.sig" and ".att". None: there
  // is no such tag.
  virtual Result<std::optional<Descriptor>> tagged(std::string_view tag) const = 0;

  // The blob or manifest, exactly its bytes: verification_failed where they are not those of digest and size;
  // not_found; limit_exceeded above `limit_bytes`, which is asked before anything is read.
  virtual Result<std::string> read(const Descriptor& blob, std::uint64_t limit_bytes) const = 0;

  // How many threads may ask at once, and are worth it.
  virtual std::size_t threads() const { return 1; }
};

// "sha256-<hex>": the tag below which registries without the referrers API, and older tools, keep what
// belongs to a subject (distribution-spec, "Referrers Tag Schema").
std::string referrers_tag(const Digest& subject);

// Whether the tag is one of these, or has an ending of its own, as ".sig" and ".att".
bool is_referrers_tag(std::string_view tag);

}  // namespace hauberk
