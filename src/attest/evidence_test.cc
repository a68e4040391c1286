// SPDX-License-Identifier: Apache-2.0
#include "attest/evidence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "attest/test_source.h"
#include "attest/verified.h"
#include "io/test_folder.h"

namespace hauberk {
namespace {

using testing::HasSubstr;

class EvidenceOf : public testing::Test {
 protected:
  FoundEvidence found(const Index* index = nullptr) const {
    auto result = read_evidence(source, subject.digest, index);
    EXPECT_TRUE(result) << result.error().message;
    return result ? *std::move(result) : FoundEvidence();
  }
  bool proves(const Evidence& evidence, std::string_view type) const {
    const Envelope* envelope = evidence.envelope();
    return envelope != nullptr &&
           verify_statement(*envelope, key.public_key(), subject.digest, type).has_value();
  }
  Envelope envelope_of_type(std::string_view type) const {
    return test_envelope(key, test_statement(subject, type));
  }
  // A manifest that refers to the subject, made by hand.
  Descriptor refer(Manifest manifest) {
    const Descriptor descriptor = source.put(media_type::manifest, text_of(manifest));
    source.listed[subject.digest].push_back(descriptor);
    return descriptor;
  }
  Manifest by_hand(std::vector<Descriptor> layers, std::string_view artifact_type = bundle_media_type) {
    return {.media_type = std::string(media_type::manifest),
            .artifact_type = std::string(artifact_type),
            .config = source.put(media_type::empty, "{}"),
            .layers = std::move(layers),
            .subject = subject};
  }

  const PrivateKey key = PrivateKey::generate(KeyKind::ecdsa_p256).value();
  const Descriptor subject = test_subject();
  TestSource source;
};

TEST_F(EvidenceOf, ABundleIsAReferrerAsCosignHasIt) {
  const Artifact artifact = test_bundle_artifact(key, subject, predicate::spdx);
  const auto manifest = parse_manifest(artifact.manifest);
  ASSERT_TRUE(manifest) << manifest.error().message;
  EXPECT_EQ(manifest->artifact_type, "application/vnd.dev.sigstore.bundle.v0.3+json");
  EXPECT_EQ(manifest->config.media_type, "application/vnd.oci.empty.v1+json");
  EXPECT_EQ(manifest->config.digest.text(),
            "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
  ASSERT_EQ(manifest->layers.size(), 1u);
  EXPECT_EQ(manifest->layers[0].media_type, "application/vnd.dev.sigstore.bundle.v0.3+json");
  EXPECT_EQ(manifest->subject, subject);
  EXPECT_EQ(manifest->annotations,
            (Annotations{{"dev.sigstore.bundle.content", "dsse-envelope"},
                         {"dev.sigstore.bundle.predicateType", "https://spdx.dev/Document"},
                         {"org.opencontainers.image.created", "2023-11-14T22:13:20Z"}}));
  EXPECT_EQ(artifact.descriptor.annotations, manifest->annotations);
  EXPECT_EQ(artifact.descriptor.artifact_type, manifest->artifact_type);
  EXPECT_EQ(artifact.descriptor.digest, Digest::of(artifact.manifest));
}

TEST_F(EvidenceOf, AllFormsAreFoundAndProve) {
  source.refer(subject, test_bundle_artifact(key, subject, predicate::spdx));
  const std::string payload = text_of(SimpleSigning{"registry.example/nginx", subject.digest});
  source.tags.emplace(signature_tag(subject.digest),
                      source.put(signature_artifact({{payload, key.sign(payload).value()}})));
  source.tags.emplace(
      attestation_tag(subject.digest),
      source.put(attestation_artifact({{std::string(predicate::vex), envelope_of_type(predicate::vex)},
                                       {std::string(predicate::spdx), envelope_of_type(predicate::spdx)}})));
  const FoundEvidence all = found();
  EXPECT_TRUE(all.faults.empty());
  EXPECT_TRUE(all.others.empty());
  ASSERT_EQ(all.evidence.size(), 4u);
  EXPECT_EQ(name_of(all.evidence[0].form), "bundle");
  EXPECT_TRUE(proves(all.evidence[0], predicate::spdx));
  EXPECT_EQ(name_of(all.evidence[1].form), "sig");
  EXPECT_EQ(all.evidence[1].claimed_type, predicate::signature);
  const auto& old = std::get<OldSignature>(all.evidence[1].content);
  EXPECT_TRUE(verify_simple_signing(old.payload, old.signature, key.public_key(), subject.digest));
  EXPECT_EQ(all.evidence[2].claimed_type, predicate::vex);
  EXPECT_TRUE(proves(all.evidence[2], predicate::vex));
  EXPECT_EQ(name_of(all.evidence[3].form), "att");
  EXPECT_TRUE(proves(all.evidence[3], predicate::spdx));
}

TEST_F(EvidenceOf, OldFormsAreImagesThatCosignReads) {
  const Artifact artifact = signature_artifact({{"one", "s"}, {"one", "t"}, {"two", "u"}});
  const auto manifest = parse_manifest(artifact.manifest);
  ASSERT_TRUE(manifest) << manifest.error().message;
  EXPECT_EQ(manifest->layers.size(), 3u);
  EXPECT_EQ(artifact.blobs.size(), 3u) << "a config and two different payloads";
  EXPECT_FALSE(manifest->subject);
  EXPECT_EQ(manifest->layers[1].annotations.at("dev.cosignproject.cosign/signature"), "dA==");
  const auto config = parse_json(artifact.blobs.back().bytes);
  ASSERT_TRUE(config);
  EXPECT_EQ((*config)["rootfs"]["diff_ids"].size(), 3u);
}

TEST_F(EvidenceOf, WithoutAnAnnotationTheStatementSaysItsType) {
  const Bundle bundle = test_bundle(key, test_statement(subject, predicate::lock));
  refer(by_hand({source.put(bundle_media_type, text_of(bundle))}));
  const FoundEvidence all = found();
  ASSERT_EQ(all.evidence.size(), 1u);
  EXPECT_EQ(all.evidence[0].claimed_type, predicate::lock);
}

TEST_F(EvidenceOf, AListingThatLiesAboutTypesChangesNothing) {
  source.refer(subject, test_bundle_artifact(key, subject, predicate::spdx));
  Descriptor& listed = source.listed[subject.digest].front();
  listed.artifact_type = "application/example";
  listed.annotations = {{"dev.sigstore.bundle.predicateType", "https://example.org/lie"}};
  const FoundEvidence all = found();
  ASSERT_EQ(all.evidence.size(), 1u);
  EXPECT_EQ(all.evidence[0].claimed_type, predicate::spdx);

  refer(by_hand({source.put("application/example", "SBOM")}, "application/example"));
  source.listed[subject.digest].back().artifact_type = bundle_media_type;
  EXPECT_EQ(found().evidence.size(), 1u);
  EXPECT_EQ(found().others.size(), 1u);
}

TEST_F(EvidenceOf, AnAnnotationThatLiesDoesNotVerify) {
  const Bundle bundle = test_bundle(key, test_statement(subject, predicate::tests));
  source.refer(subject, bundle_artifact(subject, bundle, predicate::spdx, from_unix(0)));
  const FoundEvidence all = found();
  ASSERT_EQ(all.evidence.size(), 1u);
  EXPECT_EQ(all.evidence[0].claimed_type, predicate::spdx);
  EXPECT_FALSE(proves(all.evidence[0], predicate::spdx));
}

TEST_F(EvidenceOf, OneBadPieceDoesNotHideTheGoodOnes) {
  struct Row {
    std::string summary;
    std::function<void()> add;
    ErrorKind kind;
    std::string message;
  };
  const auto put_bundle = [&](std::string text) {
    return refer(by_hand({source.put(bundle_media_type, text)}));
  };
  const std::string bundle = text_of(test_bundle(key, test_statement(subject, predicate::spdx)));
  const Row rows[] = {
      {"truncated bundle", [&] { put_bundle(bundle.substr(0, bundle.size() / 2)); }, ErrorKind::invalid_input,
       "JSON"},
      {"a missing bundle", [&] { refer(by_hand({describe(bundle_media_type, "missing")})); },
       ErrorKind::not_found, "not there"},
      {"a missing manifest",
       [&] { source.listed[subject.digest].push_back(describe(media_type::manifest, "missing")); },
       ErrorKind::not_found, "not there"},
      {"a manifest that is none",
       [&] { source.listed[subject.digest].push_back(source.put(media_type::manifest, "{")); },
       ErrorKind::invalid_input, "JSON"},
      {"of another subject",
       [&] {
         Manifest manifest = by_hand({source.put(bundle_media_type, bundle)});
         manifest.subject = test_subject("another");
         refer(manifest);
       },
       ErrorKind::verification_failed, "names " + test_subject("another").digest.text()},
      {"without a subject",
       [&] {
         Manifest manifest = by_hand({source.put(bundle_media_type, bundle)});
         manifest.subject.reset();
         refer(manifest);
       },
       ErrorKind::verification_failed, "names nothing"},
      {"without layers", [&] { refer(by_hand({})); }, ErrorKind::invalid_input, "0 layers"},
      {"two bundles",
       [&] { refer(by_hand({source.put(bundle_media_type, bundle), source.put(bundle_media_type, "{}")})); },
       ErrorKind::invalid_input, "2 layers"},
      {"a bundle as large as a disk",
       [&] {
         Descriptor large = source.put(bundle_media_type, bundle);
         large.size_bytes = std::uint64_t{1} << 40;
         refer(by_hand({large}));
       },
       ErrorKind::limit_exceeded, "too large"},
      {"a size that lies",
       [&] {
         Descriptor longer = source.put(bundle_media_type, bundle);
         longer.size_bytes += 1;
         refer(by_hand({longer}));
       },
       ErrorKind::verification_failed, "size"},
  };
  for (const Row& row : rows) {
    source = TestSource();
    row.add();
    source.refer(subject, test_bundle_artifact(key, subject, predicate::spdx));
    const FoundEvidence all = found();
    ASSERT_EQ(all.evidence.size(), 1u) << row.summary;
    EXPECT_TRUE(proves(all.evidence[0], predicate::spdx)) << row.summary;
    ASSERT_EQ(all.faults.size(), 1u) << row.summary;
    EXPECT_EQ(all.faults[0].error.kind, row.kind) << row.summary << ": " << all.faults[0].error.message;
    EXPECT_THAT(all.faults[0].error.message, HasSubstr(row.message)) << row.summary;
  }
}

TEST_F(EvidenceOf, AnOldSignatureWithoutSignatureIsAFault) {
  Artifact artifact = signature_artifact({{"payload", ""}});
  source.tags.emplace(signature_tag(subject.digest), source.put(artifact));
  const FoundEvidence all = found();
  EXPECT_TRUE(all.evidence.empty());
  ASSERT_EQ(all.faults.size(), 1u);
  EXPECT_EQ(all.faults[0].form, EvidenceForm::signature);
  EXPECT_THAT(all.faults[0].error.message, HasSubstr("cosign/signature"));
}

TEST_F(EvidenceOf, AsManyReferrersAsAllowedAndNoMore) {
  const Artifact artifact = test_bundle_artifact(key, subject, predicate::spdx);
  source.put(artifact);
  source.listed[subject.digest].assign(most_referrers, artifact.descriptor);
  EXPECT_EQ(found().evidence.size(), most_referrers);
  source.listed[subject.digest].push_back(artifact.descriptor);
  const auto more = read_evidence(source, subject.digest);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().kind, ErrorKind::limit_exceeded);
  EXPECT_THAT(more.error().message, HasSubstr("10001 manifests"));
}

TEST_F(EvidenceOf, AllTogetherIsLimited) {
  // Said to be large is as good as large: what it would take is asked before anything is read.
  for (const std::string_view text : {"a", "b", "c", "d"}) {
    Descriptor large = describe(bundle_media_type, text);
    large.size_bytes = most_evidence_bytes / 3;
    refer(by_hand({large}));
  }
  const auto all = read_evidence(source, subject.digest);
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().kind, ErrorKind::limit_exceeded);
  EXPECT_THAT(all.error().message, HasSubstr("all of it together"));
}

// Answers several at once: here no answer comes before the second question is asked.
class BusySource final : public EvidenceSource {
 public:
  BusySource(const TestSource& source, std::size_t threads) : source_(source), threads_(threads) {}

  std::size_t threads() const override { return threads_; }
  Result<std::vector<Descriptor>> referrers(const Digest& subject) const override {
    const Asked asked(*this);
    return source_.referrers(subject);
  }
  Result<std::optional<Descriptor>> tagged(std::string_view tag) const override {
    const Asked asked(*this);
    return source_.tagged(tag);
  }
  Result<std::string> read(const Descriptor& blob, std::uint64_t limit_bytes) const override {
    const Asked asked(*this);
    ++reads;
    return source_.read(blob, limit_bytes);
  }

  mutable std::atomic<std::size_t> reads = 0;
  mutable std::size_t most = 0;  // at once

 private:
  class Asked {
   public:
    explicit Asked(const BusySource& source) : source_(source) {
      std::unique_lock lock(source_.mutex_);
      source_.most = std::max(source_.most, ++source_.now_);
      source_.more_.notify_all();
      const auto are_enough = [&] { return source_.most >= std::min<std::size_t>(2, source_.threads_); };
      source_.more_.wait_for(lock, std::chrono::seconds(10), are_enough);
    }
    ~Asked() {
      const std::lock_guard lock(source_.mutex_);
      --source_.now_;
    }

   private:
    const BusySource& source_;
  };

  const TestSource& source_;
  std::size_t threads_;
  mutable std::mutex mutex_;
  mutable std::condition_variable more_;
  mutable std::size_t now_ = 0;
};

TEST_F(EvidenceOf, SeveralAtOnceFindTheSameAsOneAfterTheOther) {
  for (int i = 0; i < 40; ++i) {
    if (i % 5 == 0) refer(by_hand({describe(bundle_media_type, fmt::format("missing {}", i))}));
    if (i % 7 == 0)
      refer(by_hand({source.put("application/example", std::to_string(i))}, "application/example"));
    source.refer(subject, test_bundle_artifact(key, subject, predicate::spdx, from_unix(i)));
  }
  source.tags.emplace(attestation_tag(subject.digest),
                      source.put(attestation_artifact({{std::string(predicate::vex),
                                                        envelope_of_type(predicate::vex)}})));
  const auto told = [](const FoundEvidence& all) {
    std::string text;
    for (const Evidence& evidence : all.evidence)
      text += fmt::format("{} {}\n", name_of(evidence.form), evidence.blob.digest.text());
    for (const EvidenceFault& fault : all.faults)
      text += fmt::format("{} {}\n", fault.manifest.text(), fault.error.message);
    for (const Descriptor& other : all.others) text += other.digest.text() + "\n";
    return text;
  };
  const FoundEvidence expected = found();
  EXPECT_EQ(expected.evidence.size(), 41u);
  EXPECT_EQ(expected.faults.size(), 8u);
  EXPECT_EQ(expected.others.size(), 6u);
  for (const std::size_t threads : {std::size_t{1}, std::size_t{2}, std::size_t{6}}) {
    const BusySource busy(source, threads);
    const auto all = read_evidence(busy, subject.digest);
    ASSERT_TRUE(all) << all.error().message;
    EXPECT_EQ(told(*all), told(expected));
    EXPECT_LE(busy.most, threads);
    EXPECT_GE(busy.most, std::min<std::size_t>(threads, 2));
  }
}

TEST_F(EvidenceOf, AllTogetherIsLimitedHoweverTheyCome) {
  for (int i = 0; i < 40; ++i) {
    Descriptor large = source.put(bundle_media_type, std::to_string(i));
    large.size_bytes = most_bundle_bytes;
    refer(by_hand({large}));
  }
  ASSERT_GT(40 * most_bundle_bytes, most_evidence_bytes);
  for (int i = 0; i < 10; ++i) {
    const BusySource busy(source, 6);
    const auto all = read_evidence(busy, subject.digest);
    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().kind, ErrorKind::limit_exceeded);
    EXPECT_THAT(all.error().message, HasSubstr("all of it together"));
    // Manifests, and no more bundles than there is room for.
    EXPECT_LE(busy.reads, 40 + most_evidence_bytes / most_bundle_bytes);
  }
}

TEST_F(EvidenceOf, WhatCannotBeReadAtAllIsNoAbsence) {
  source.refer(subject, test_bundle_artifact(key, subject, predicate::spdx));
  source.is_offline = true;
  const auto all = read_evidence(source, subject.digest);
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().kind, ErrorKind::network);
}

TEST_F(EvidenceOf, BuildKitsStatementsAreFoundInTheIndex) {
  const std::string statement = text_of(test_statement(subject, predicate::provenance));
  Manifest manifest = by_hand({source.put(media_type::in_toto, statement),
                               source.put("application/example", "something else")},
                              "");
  manifest.subject.reset();
  Descriptor entry = source.put(media_type::manifest, text_of(manifest));
  entry.annotations = {{"vnd.docker.reference.type", "attestation-manifest"},
                       {"vnd.docker.reference.digest", subject.digest.text()}};
  Index index{.media_type = std::string(media_type::index),
              .artifact_type = "",
              .manifests = {subject, entry},
              .subject = {},
              .annotations = {}};
  index.manifests.push_back(entry);
  index.manifests.back().annotations["vnd.docker.reference.digest"] = Digest::of("another").text();
  const FoundEvidence all = found(&index);
  ASSERT_EQ(all.evidence.size(), 1u);
  EXPECT_EQ(all.evidence[0].form, EvidenceForm::buildkit);
  EXPECT_EQ(all.evidence[0].claimed_type, predicate::provenance);
  EXPECT_EQ(all.evidence[0].envelope(), nullptr) << "nobody signed it";
}

TEST_F(EvidenceOf, AnArtifactIsStoredWithAllItsBlobs) {
  const TestFolder folder;
  const Dir dir = Dir::open(folder.path()).value();
  DirBlobStore blobs(dir);
  const Artifact artifact = test_bundle_artifact(key, subject, predicate::spdx);
  const Artifact other = test_bundle_artifact(key, subject, predicate::vex);
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(put_artifacts(blobs, {artifact, other, artifact}));
  ASSERT_TRUE(put_artifact(blobs, artifact));
  EXPECT_TRUE(check_blob(blobs, other.descriptor.digest, other.descriptor.size_bytes));
  EXPECT_EQ(read_verified(blobs, artifact.descriptor.digest, manifest_limit_bytes), artifact.manifest);
  const auto manifest = parse_manifest(artifact.manifest);
  EXPECT_TRUE(check_blob(blobs, manifest->config.digest, manifest->config.size_bytes));
  EXPECT_TRUE(check_blob(blobs, manifest->layers[0].digest, manifest->layers[0].size_bytes));
}

}  // namespace
}  // namespace hauberk
