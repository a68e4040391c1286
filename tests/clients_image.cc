// clients_image STORE PROGRAM: a store with one tagged image for both platforms that runs PROGRAM, made
// without building, so that tests of other people's clients need no network; with signatures, as evidence.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "attest/artifact.h"
#include "attest/predicate.h"
#include "attest/simple_signing.h"
#include "history/evidence.h"
#include "history/tags.h"
#include "io/clock.h"
#include "keys/private_key.h"
#include "publish/test_image.h"

namespace hauberk {
namespace {

Result<Bundle> signed_bundle(const PrivateKey& key, const Descriptor& subject) {
  const Statement statement{{{"", subject.digest}}, std::string(predicate::signature), Json::object()};
  Envelope envelope{std::string(statement_payload_type), text_of(statement), {}};
  TRY(const std::string signature, key.sign(pae(envelope.payload_type, envelope.payload)));
  envelope.signatures = {{"", signature}};
  return Bundle{key.public_key().hint(), std::move(envelope)};
}

// The signature in both of its forms.
Status sign(Store& store, EvidenceTable& table, const PrivateKey& key, const Descriptor& subject) {
  TRY(const Bundle bundle, signed_bundle(key, subject));
  const std::string payload = text_of(SimpleSigning{"test.example/hello", subject.digest});
  TRY(const std::string signature, key.sign(payload));
  const Time now = system_clock().now();
  std::vector<EvidenceRow> rows;
  for (const auto& [form, artifact] :
       {std::pair(EvidenceForm::bundle, bundle_artifact(subject, bundle, predicate::signature, now)),
        std::pair(EvidenceForm::signature, signature_artifact({{payload, signature}}))}) {
    TRY_STATUS(put_artifact(store.blobs(), artifact));
    rows.push_back({.form = form,
                    .predicate_type = std::string(predicate::signature),
                    .key = key.public_key().fingerprint(),
                    .manifest = artifact.descriptor,
                    .made_at = to_rfc3339(now)});
  }
  return table.put(subject.digest, rows);
}

Status make(const std::string& store_path, const std::string& program) {
  TRY(const Dir root, Dir::open("/"));
  TRY(const std::string bytes, root.read_file(program.substr(1), 64 << 20));
  const auto store = make_test_store(store_path);
  ImageConfig config;
  config.user = "65532:65532";
  config.entrypoint = {"/hello"};
  config.environment = {"PATH=/"};
  config.exposed_ports = {"8080/tcp"};
  config.labels = {{"org.opencontainers.image.title", "hello"}};
  std::vector<Descriptor> manifests;
  for (const Platform platform : Platform::all()) {
    manifests.push_back(put_image(store->blobs(), platform,
                                  {{"hello", bytes}, {"etc/zstd", "second layer", Compression::zstd}},
                                  config));
  }
  const Descriptor index = put_index(store->blobs(), manifests);
  TRY(const PrivateKey key, PrivateKey::generate(KeyKind::ecdsa_p256));
  TRY(EvidenceTable evidence, EvidenceTable::open(*store));
  for (const Descriptor& manifest : manifests) TRY_STATUS(sign(*store, evidence, key, manifest));
  TRY_STATUS(sign(*store, evidence, key, index));
  TRY(TagStore tags, TagStore::open(*store));
  const TaggedImage image{.repository = "",
                          .tag = "",
                          .media_type = index.media_type,
                          .digest = index.digest,
                          .size_bytes = index.size_bytes,
                          .moved_at = ""};
  const Time now = system_clock().now();
  TRY_STATUS(tags.set("test.example/hello", {"1", "latest"}, image, now, "made for a test"));
  // umoci 0.4 knows neither zstd nor an index below index.json.
  TaggedImage plain = image;
  const Descriptor manifest =
      put_image(store->blobs(), Platform::amd64(), {{"hello", bytes}, {"etc/gzip", "second layer"}}, config);
  plain.media_type = manifest.media_type;
  plain.digest = manifest.digest;
  plain.size_bytes = manifest.size_bytes;
  TRY_STATUS(tags.set("test.example/hello", {"gzip"}, plain, now, "made for a test"));
  return {};
}

}  // namespace
}  // namespace hauberk

int main(int argc, char** argv) {
  if (argc != 3 || argv[2][0] != '/') return 2;
  const auto status = hauberk::make(argv[1], argv[2]);
  if (!status) std::fprintf(stderr, "%s\n", status.error().message.c_str());
  return status ? 0 : 1;
}
