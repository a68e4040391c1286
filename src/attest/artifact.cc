// SPDX-License-Identifier: Apache-2.0
#include "attest/artifact.h"

#include <algorithm>
#include <map>

#include "base/base64.h"
#include "io/parallel.h"
#include "oci/media_type.h"
#include "oci/referrers.h"

namespace hauberk {
namespace {

// Go's zero time, which cosign writes where it says nothing of time.
constexpr std::string_view no_time = "0001-01-01T00:00:00Z";

Descriptor add_blob(Artifact& artifact, std::string_view type, std::string bytes) {
  Descriptor descriptor = describe(type, bytes);
  const auto is_same = [&](const Artifact::Blob& blob) {
    return blob.descriptor.digest == descriptor.digest;
  };
  if (std::ranges::none_of(artifact.blobs, is_same)) artifact.blobs.push_back({descriptor, std::move(bytes)});
  return descriptor;
}

Manifest begin_manifest(Descriptor config) {
  return {.media_type = std::string(media_type::manifest), .artifact_type = "", .config = std::move(config)};
}

void finish(Artifact& artifact, const Manifest& manifest) {
  artifact.manifest = text_of(manifest);
  artifact.descriptor = describe(manifest.media_type, artifact.manifest);
  artifact.descriptor.artifact_type = manifest.artifact_type;
  artifact.descriptor.annotations = manifest.annotations;
}

// Older programs ask for a config with as many diff_ids as there are layers.
std::string old_config(const std::vector<Descriptor>& layers) {
  Json diff_ids = Json::array(), history = Json::array();
  for (const Descriptor& layer : layers) {
    diff_ids.push_back(layer.digest.text());
    history.push_back({{"created", no_time}});
  }
  return canonical_json({{"architecture", ""},
                         {"config", Json::object()},
                         {"created", no_time},
                         {"history", std::move(history)},
                         {"os", ""},
                         {"rootfs", {{"type", "layers"}, {"diff_ids", std::move(diff_ids)}}}});
}

Artifact old_artifact(Artifact artifact, std::vector<Descriptor> layers) {
  Manifest manifest = begin_manifest(add_blob(artifact, media_type::config, old_config(layers)));
  manifest.layers = std::move(layers);
  finish(artifact, manifest);
  return artifact;
}

Artifact no_artifact() { return {describe(media_type::manifest, ""), "", {}}; }

Descriptor plain(const Descriptor& descriptor) {
  return {
      .media_type = descriptor.media_type, .digest = descriptor.digest, .size_bytes = descriptor.size_bytes};
}

Status put_bytes(BlobStore& blobs, const Digest& digest, std::string_view bytes) {
  if (check_blob(blobs, digest, bytes.size())) return {};
  TRY(auto blob, blobs.create(digest.algorithm()));
  TRY_STATUS(write_text(*blob, bytes));
  TRY_STATUS(blob->commit(&digest));
  return {};
}

using BytesByDigest = std::map<Digest, std::string_view>;

Status put_all(BlobStore& blobs, const BytesByDigest& bytes, std::size_t threads) {
  const std::vector<BytesByDigest::value_type> list(bytes.begin(), bytes.end());
  return parallel_for(list.size(), threads,
                      [&](std::size_t i) { return put_bytes(blobs, list[i].first, list[i].second); });
}

}  // namespace

Artifact bundle_artifact(const Descriptor& subject, const Bundle& bundle, std::string_view predicate_type,
                         Time made_at) {
  Artifact artifact = no_artifact();
  Manifest manifest = begin_manifest(add_blob(artifact, media_type::empty, "{}"));
  manifest.artifact_type = bundle_media_type;
  manifest.layers = {add_blob(artifact, bundle_media_type, text_of(bundle))};
  manifest.subject = plain(subject);
  const bool is_envelope = std::holds_alternative<Envelope>(bundle.content);
  manifest.annotations[std::string(annotation::bundle_content)] =
      is_envelope ? "dsse-envelope" : "message-signature";
  manifest.annotations[std::string(annotation::created)] = to_rfc3339(made_at);
  if (!predicate_type.empty()) {
    manifest.annotations[std::string(annotation::bundle_predicate_type)] = predicate_type;
  }
  finish(artifact, manifest);
  return artifact;
}

Artifact signature_artifact(const std::vector<OldSignature>& signatures) {
  Artifact artifact = no_artifact();
  std::vector<Descriptor> layers;
  for (const OldSignature& signature : signatures) {
    layers.push_back(add_blob(artifact, media_type::simple_signing, signature.payload));
    layers.back().annotations[std::string(annotation::cosign_signature)] = base64_of(signature.signature);
  }
  return old_artifact(std::move(artifact), std::move(layers));
}

Artifact attestation_artifact(const std::vector<OldAttestation>& attestations) {
  Artifact artifact = no_artifact();
  std::vector<Descriptor> layers;
  for (const OldAttestation& attestation : attestations) {
    layers.push_back(add_blob(artifact, media_type::dsse_envelope, text_of(attestation.envelope)));
    layers.back().annotations[std::string(annotation::cosign_signature)] = "";
    layers.back().annotations[std::string(annotation::cosign_predicate_type)] = attestation.predicate_type;
  }
  return old_artifact(std::move(artifact), std::move(layers));
}

std::string signature_tag(const Digest& subject) { return referrers_tag(subject) + ".sig"; }

std::string attestation_tag(const Digest& subject) { return referrers_tag(subject) + ".att"; }

Status put_artifact(BlobStore& blobs, const Artifact& artifact) {
  return put_artifacts(blobs, {artifact}, 1);
}

Status put_artifacts(BlobStore& blobs, const std::vector<Artifact>& artifacts, std::size_t threads) {
  BytesByDigest parts, manifests;
  for (const Artifact& artifact : artifacts) {
    for (const Artifact::Blob& blob : artifact.blobs) parts.emplace(blob.descriptor.digest, blob.bytes);
    manifests.emplace(artifact.descriptor.digest, artifact.manifest);
  }
  TRY_STATUS(put_all(blobs, parts, threads));
  return put_all(blobs, manifests, threads);
}

}  // namespace hauberk
