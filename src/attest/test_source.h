// A place of evidence in memory, for tests: what it lists may be lies.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "attest/artifact.h"
#include "attest/predicate.h"
#include "attest/statement.h"
#include "keys/private_key.h"
#include "oci/media_type.h"
#include "oci/test_evidence.h"

namespace hauberk {

class TestSource final : public ListedEvidence {
 public:
  Result<std::string> read(const Descriptor& blob, std::uint64_t limit_bytes) const override {
    if (blob.size_bytes > limit_bytes) return fail(ErrorKind::limit_exceeded, "it is too large");
    if (is_offline) return fail(ErrorKind::network, "nobody answers");
    const auto at = blobs.find(blob.digest);
    if (at == blobs.end()) return fail(ErrorKind::not_found, "the blob {} is not there", blob.digest.text());
    if (at->second.size() != blob.size_bytes)
      return fail(ErrorKind::verification_failed, "its size is wrong");
    return at->second;
  }

  Descriptor put(std::string_view type, const std::string& text) {
    Descriptor descriptor = describe(type, text);
    blobs.emplace(descriptor.digest, text);
    return descriptor;
  }
  Descriptor put(const Artifact& artifact) {
    for (const Artifact::Blob& blob : artifact.blobs) blobs.emplace(blob.descriptor.digest, blob.bytes);
    blobs.emplace(artifact.descriptor.digest, artifact.manifest);
    return artifact.descriptor;
  }
  void refer(const Descriptor& subject, const Artifact& artifact) {
    listed[subject.digest].push_back(put(artifact));
  }

  std::map<Digest, std::string> blobs;
  bool is_offline = false;
};

inline Statement test_statement(const Descriptor& subject, std::string_view predicate_type) {
  return {{{"example", subject.digest}}, std::string(predicate_type), {{"said", "by a test"}}};
}

inline Envelope test_envelope(const PrivateKey& key, const Statement& statement) {
  Envelope envelope{std::string(statement_payload_type), text_of(statement), {}};
  envelope.signatures = {{"", key.sign(pae(envelope.payload_type, envelope.payload)).value()}};
  return envelope;
}

inline Bundle test_bundle(const PrivateKey& key, const Statement& statement) {
  return {key.public_key().hint(), test_envelope(key, statement)};
}

inline Artifact test_bundle_artifact(const PrivateKey& key, const Descriptor& subject,
                                     std::string_view predicate_type,
                                     Time made_at = from_unix(1'700'000'000)) {
  return bundle_artifact(subject, test_bundle(key, test_statement(subject, predicate_type)), predicate_type,
                         made_at);
}

inline Descriptor test_subject(std::string_view text = "an image's manifest") {
  return describe(media_type::manifest, text);
}

}  // namespace hauberk
