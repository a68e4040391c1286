// All evidence of one subject, of whatever form, wherever it lies; and what was wrong with the bad pieces.
//
// Each manifest that a listing names is opened and judged by its own bytes: a listing's artifact types and
// annotations are a stranger's word. What is found is parsed, but not verified: see verified.h. One bad piece
// does not hide the good ones; what cannot be read at all (io, network) is an error of the whole, since then
// nobody knows what is missing. Several pieces are read at once where the source allows it: the same is
// found, in the same order. Thread rule: a function.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "attest/artifact.h"
#include "attest/statement.h"
#include "oci/referrers.h"

namespace hauberk {

enum class EvidenceForm {
  bundle,  // a referrer: Sigstore bundle
  signature,  // cosign's tag ".sig"
  attestation,  // cosign's tag ".att"
  buildkit,  // an entry of the image's index, as BuildKit writes it: signed by nobody
};

// "bundle", "sig", "att", "buildkit"
std::string_view name_of(EvidenceForm form);
Result<EvidenceForm> parse_evidence_form(std::string_view text);

struct Evidence {
  EvidenceForm form;
  Descriptor manifest;  // that it was found in
  Descriptor blob;  // its own bytes
  std::string claimed_type;  // the predicate type that it is said to have; empty for a message's signature
  std::variant<Bundle, Envelope, OldSignature, Statement> content;

  // The signed envelope of a bundle or an older attestation; null for the rest.
  const Envelope* envelope() const;
};

// A manifest, or a piece of one, that is listed as evidence and is none.
struct EvidenceFault {
  EvidenceForm form;
  Digest manifest;
  Error error;
};

struct FoundEvidence {
  std::vector<Evidence> evidence;  // by form, then in order of the manifests' digests
  std::vector<EvidenceFault> faults;  // in the same order
  std::vector<Descriptor> others;  // referrers that are no bundles: other programs' artifacts
};

// What is read for one subject at most: bytes of all evidence, and 4096 for each piece.
inline constexpr std::uint64_t most_evidence_bytes = 256 << 20;

// `index` is the image's, where the subject is one of its manifests: BuildKit's attestations are listed
// there. limit_exceeded: more referrers, or more bytes, than the limits; io, network.
Result<FoundEvidence> read_evidence(const EvidenceSource& source, const Digest& subject,
                                    const Index* index = nullptr);

}  // namespace hauberk
