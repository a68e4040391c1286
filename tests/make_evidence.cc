// make_evidence STORE KEY_FILE PASSPHRASE_FILE REFERENCE SUBJECT: signs statements about an image of the
// store, puts the evidence among its blobs and prints which manifests it is made of, as JSON. What is stated
// comes in as an object: a predicate for each of our short names of types. So the formats are tested apart
// from what a build has to state.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdio>
#include <iostream>
#include <iterator>

#include "attest/artifact.h"
#include "attest/predicate.h"
#include "attest/simple_signing.h"
#include "attest/statement.h"
#include "io/clock.h"
#include "io/named_file.h"
#include "keys/key_file.h"
#include "keys/pem.h"
#include "oci/media_type.h"
#include "store/store.h"

namespace hauberk {
namespace {

// As the builder does: these also in the older form.
constexpr std::array kept_as_att = {predicate::spdx, predicate::cyclonedx, predicate::vex,
                                    predicate::provenance};

struct Maker {
  BlobStore& blobs;
  PrivateKey key;
  std::string reference;
  Descriptor subject;
  Json made = Json::array();

  Status keep(std::string_view name, std::string_view predicate_type, const Artifact& artifact) {
    TRY_STATUS(put_artifact(blobs, artifact));
    Json documents = Json::array();
    for (const Artifact::Blob& blob : artifact.blobs) documents.push_back(blob.descriptor.digest.text());
    made.push_back({{"name", name},
                    {"predicate_type", predicate_type},
                    {"media_type", artifact.descriptor.media_type},
                    {"artifact_type", artifact.descriptor.artifact_type},
                    {"annotations", artifact.descriptor.annotations},
                    {"digest", artifact.descriptor.digest.text()},
                    {"size", artifact.descriptor.size_bytes},
                    {"blobs", std::move(documents)}});
    return {};
  }

  Result<Envelope> sign(const Statement& statement) const {
    Envelope envelope{std::string(statement_payload_type), text_of(statement), {}};
    TRY(std::string signature, key.sign(pae(envelope.payload_type, envelope.payload)));
    envelope.signatures = {{"", std::move(signature)}};
    return envelope;
  }

  Status sign_older() {
    const std::string payload = text_of(SimpleSigning{reference, subject.digest});
    TRY(const std::string signature, key.sign(payload));
    return keep(signature_tag(subject.digest), "", signature_artifact({{payload, signature}}));
  }

  Status state(const Json& predicates) {
    std::vector<OldAttestation> older;
    for (const auto& [name, predicate] : predicates.items()) {
      TRY(const std::string type, parse_predicate_type(name));
      TRY(const Envelope envelope, sign({{{reference, subject.digest}}, type, predicate}));
      const Bundle bundle{key.public_key().hint(), envelope};
      TRY_STATUS(keep("", type, bundle_artifact(subject, bundle, type, system_clock().now())));
      if (std::ranges::find(kept_as_att, type) != kept_as_att.end()) older.push_back({type, envelope});
    }
    if (older.empty()) return {};
    return keep(attestation_tag(subject.digest), "", attestation_artifact(older));
  }
};

Result<PrivateKey> read_key(const std::string& key_file, const std::string& passphrase_file) {
  TRY(const std::string text, read_named_file(key_file, most_pem_bytes));
  TRY(const std::string passphrase, read_named_file(passphrase_file, 1024));
  TRY(const Secret secret, Secret::of(passphrase));
  return decrypt_key(text, secret);
}

Status run(char** argv) {
  TRY(const auto store, Store::open(argv[1]));
  TRY(PrivateKey key, read_key(argv[2], argv[3]));
  TRY(const Digest digest, Digest::parse(argv[5]));
  TRY(const std::string document, read_verified(store->blobs(), digest, manifest_limit_bytes));
  TRY(const auto parsed, parse_manifest_or_index(document));
  const bool is_index = std::holds_alternative<Index>(parsed);
  Maker maker{store->blobs(), std::move(key), argv[4],
              describe(is_index ? media_type::index : media_type::manifest, document)};
  const std::string input{std::istreambuf_iterator<char>(std::cin), {}};
  TRY(const Json predicates, parse_json(input));
  TRY_STATUS(maker.sign_older());
  TRY_STATUS(maker.state(predicates));
  std::fputs(pretty_json(maker.made).c_str(), stdout);
  return {};
}

}  // namespace
}  // namespace hauberk

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  const auto status = hauberk::run(argv);
  if (!status) std::fprintf(stderr, "%s\n", status.error().message.c_str());
  return status ? 0 : 1;
}
