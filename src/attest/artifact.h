// Evidence as OCI manifests: how it lies beside an image, in a registry, a layout or our store.
//
// A bundle is a referrer of its image (sigstore/cosign, specs/BUNDLE_SPEC.md):
//   manifest  artifactType  application/vnd.dev.sigstore.bundle.v0.3+json
//             config        {} (application/vnd.oci.empty.v1+json)
//             layers        the bundle, of the same type
//             subject       the image
//             annotations   dev.sigstore.bundle.content        "dsse-envelope" or "message-signature"
//                           dev.sigstore.bundle.predicateType  of the statement
//                           org.opencontainers.image.created
// Cosign's older forms are images without a subject, found by the tags "sha256-<hex>.sig" and ".att" (specs/
// SIGNATURE_SPEC.md, ATTESTATION_SPEC.md); each layer is one signature or one envelope:
//   .sig      application/vnd.dev.cosign.simplesigning.v1+json,
//             annotation dev.cosignproject.cosign/signature: base64
//   .att      application/vnd.dsse.envelope.v1+json, annotation predicateType; the one above is empty
//
// What is made here is decided by its arguments alone. Thread rule: values and functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "attest/bundle.h"
#include "attest/envelope.h"
#include "base/time.h"
#include "oci/blob_store.h"
#include "oci/manifest.h"

namespace hauberk {

namespace media_type {
inline constexpr std::string_view empty = "application/vnd.oci.empty.v1+json";
inline constexpr std::string_view simple_signing = "application/vnd.dev.cosign.simplesigning.v1+json";
inline constexpr std::string_view dsse_envelope = "application/vnd.dsse.envelope.v1+json";
inline constexpr std::string_view in_toto = "application/vnd.in-toto+json";
}  // namespace media_type

namespace annotation {
inline constexpr std::string_view bundle_content = "dev.sigstore.bundle.content";
inline constexpr std::string_view bundle_predicate_type = "dev.sigstore.bundle.predicateType";
inline constexpr std::string_view created = "org.opencontainers.image.created";
inline constexpr std::string_view cosign_signature = "dev.cosignproject.cosign/signature";
inline constexpr std::string_view cosign_predicate_type = "predicateType";
inline constexpr std::string_view in_toto_predicate_type = "in-toto.io/predicate-type";
inline constexpr std::string_view docker_reference_type = "vnd.docker.reference.type";
inline constexpr std::string_view docker_reference_digest = "vnd.docker.reference.digest";
}  // namespace annotation

// A manifest and what it is made of, ready to be stored.
struct Artifact {
  struct Blob {
    Descriptor descriptor;
    std::string bytes;
  };

  Descriptor descriptor;    // of the manifest, with its artifact type and annotations, as a listing has it
  std::string manifest;     // its bytes
  std::vector<Blob> blobs;  // config and layers, each once
};

// A signature of cosign's older form.
struct OldSignature {
  std::string payload;    // as text_of(SimpleSigning) makes it: the bytes that are signed
  std::string signature;  // bytes

  friend bool operator==(const OldSignature&, const OldSignature&) = default;
};

struct OldAttestation {
  std::string predicate_type;
  Envelope envelope;

  friend bool operator==(const OldAttestation&, const OldAttestation&) = default;
};

// A predicate type is empty for bundles without a statement.
Artifact bundle_artifact(const Descriptor& subject, const Bundle& bundle, std::string_view predicate_type,
                         Time made_at);
Artifact signature_artifact(const std::vector<OldSignature>& signatures);
Artifact attestation_artifact(const std::vector<OldAttestation>& attestations);

// The tags that the older forms have in the subject's repository.
std::string signature_tag(const Digest& subject);
std::string attestation_tag(const Digest& subject);

// Blobs first, then the manifest. Idempotent.
Status put_artifact(BlobStore& blobs, const Artifact& artifact);
// All blobs first, then the manifests; several at once, since each waits for the disk.
Status put_artifacts(BlobStore& blobs, const std::vector<Artifact>& artifacts, std::size_t threads = 8);

}  // namespace hauberk
