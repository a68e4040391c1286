// SPDX-License-Identifier: Apache-2.0
#include "history/evidence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "attest/test_source.h"
#include "attest/verified.h"
#include "history/database.h"
#include "history/tags.h"
#include "io/test_folder.h"
#include "store/mirror.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class StoredRows : public testing::Test {
 protected:
  EvidenceTable open() const { return EvidenceTable::open(*store).value(); }

  EvidenceRow row(std::string_view type, std::string_view content,
                  std::string_view made_at = "2026-11-24T12:00:00Z") {
    Descriptor manifest = describe(media_type::manifest, content);
    manifest.artifact_type = bundle_media_type;
    manifest.annotations = {{"a", "\"quoted\" n\xc3\xa4me"}};
    return {.form = EvidenceForm::bundle,
            .predicate_type = std::string(type),
            .key = "sha256:our",
            .manifest = manifest,
            .inputs_key = "inputs",
            .content_key = "content",
            .made_at = std::string(made_at)};
  }

  const TestFolder folder;
  const std::unique_ptr<Store> store =
      Store::init(folder.path() + "/store",
                  {std::string(public_mirror), std::string(public_security_mirror), false})
          .value();
  const Digest subject = Digest::of("an image");
};

TEST_F(StoredRows, AreThoseThatWerePut) {
  const EvidenceRow spdx = row(predicate::spdx, "1"), vex = row(predicate::vex, "2");
  ASSERT_TRUE(open().put(subject, {spdx, vex}));
  EvidenceTable table = open();
  const auto rows = table.of(subject);
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_THAT(*rows, ElementsAre(vex, spdx)) << "sorted by type";
  EXPECT_THAT(*table.of(Digest::of("another image")), IsEmpty());
}

TEST_F(StoredRows, TakeThePlaceOfEarlierOnesOfTheirKind) {
  EvidenceTable table = open();
  EvidenceRow theirs = row(predicate::vulns, "theirs");
  theirs.key = "sha256:their";
  EvidenceRow old_form = row(predicate::vulns, "old form");
  old_form.form = EvidenceForm::attestation;
  const EvidenceRow spdx = row(predicate::spdx, "spdx");
  ASSERT_TRUE(table.put(subject, {row(predicate::vulns, "monday"), theirs, old_form, spdx}));
  const EvidenceRow tuesday = row(predicate::vulns, "tuesday");
  ASSERT_TRUE(table.put(subject, {tuesday}));
  EXPECT_THAT(*table.of(subject), ElementsAre(old_form, tuesday, theirs, spdx));
}

TEST_F(StoredRows, EqualRowsAgainChangeNothing) {
  EvidenceTable table = open();
  const EvidenceRow first = row(predicate::spdx, "1");
  ASSERT_TRUE(table.put(subject, {first}));
  EvidenceRow again = row(predicate::spdx, "1", "2026-11-25T12:00:00Z");
  ASSERT_TRUE(table.put(subject, {again, again}));
  EXPECT_THAT(*table.of(subject), ElementsAre(first)) << "the time it was made stays";
  // Nothing is written either: this needs no write lock.
  soci::session other;
  ASSERT_TRUE(open_database(*store, other));
  const WriteTransaction blocks(other);
  EXPECT_TRUE(table.put(subject, {again}));
}

TEST_F(StoredRows, WhatIsWithdrawnIsListedNoMore) {
  EvidenceTable table = open();
  const EvidenceRow vex = row(predicate::vex, "vex"), spdx = row(predicate::spdx, "spdx");
  ASSERT_TRUE(table.put(subject, {vex, spdx}));
  const EvidenceRow vulns = row(predicate::vulns, "vulns");
  ASSERT_TRUE(table.put({{subject, {vulns}}}, {{subject, {vex}}}));
  EXPECT_THAT(*table.of(subject), testing::UnorderedElementsAre(vulns, spdx));
  EXPECT_TRUE(table.put({{subject, {vulns}}}, {{subject, {vex}}})) << "gone already";
}

TEST_F(StoredRows, NewInputsWithTheSameManifestAreNoted) {
  EvidenceTable table = open();
  ASSERT_TRUE(table.put(subject, {row(predicate::spdx, "1")}));
  EvidenceRow again = row(predicate::spdx, "1");
  again.inputs_key = "other inputs";
  ASSERT_TRUE(table.put(subject, {again}));
  EXPECT_THAT(*table.of(subject), ElementsAre(again));
}

TEST_F(StoredRows, WhatComesFromElsewhereDisplacesNothing) {
  EvidenceTable table = open();
  const EvidenceRow ours = row(predicate::spdx, "ours");
  ASSERT_TRUE(table.put(subject, {ours}));
  const EvidenceRow forged = row(predicate::spdx, "a stranger's that names our key");
  EvidenceRow known = ours;
  known.key = "";
  ASSERT_TRUE(table.add(subject, {forged, known}));
  ASSERT_TRUE(table.add(subject, {forged, known}));
  EXPECT_THAT(*table.of(subject), testing::UnorderedElementsAre(ours, forged));
}

TEST_F(StoredRows, ThatCameBackFromElsewhereAreStillOurs) {
  EvidenceTable table = open();
  const EvidenceRow ours = row(predicate::spdx, "ours");
  EvidenceRow pulled{
      .form = EvidenceForm::bundle, .manifest = ours.manifest, .made_at = "2026-11-26T12:00:00Z"};
  ASSERT_TRUE(table.put(subject, {ours}));
  ASSERT_TRUE(table.add(subject, {pulled}));
  EXPECT_THAT(*table.of(subject), ElementsAre(ours));
  // The other way round: what was pulled first turns out to be ours.
  const Digest other = Digest::of("another image");
  ASSERT_TRUE(table.add(other, {pulled}));
  EXPECT_THAT(*table.of(other), ElementsAre(pulled));
  ASSERT_TRUE(table.put(other, {ours}));
  EXPECT_THAT(*table.of(other), ElementsAre(ours));
}

TEST_F(StoredRows, OfAnotherSignerDoNotHideOurTag) {
  EvidenceTable table = open();
  EvidenceRow ours = row(predicate::signature, "ours");
  ours.form = EvidenceForm::signature;
  const EvidenceRow pulled{.form = EvidenceForm::signature,
                           .manifest = row("", "pulled").manifest,
                           .made_at = "2026-11-26T12:00:00Z"};
  ASSERT_TRUE(table.add(subject, {pulled}));
  const StoredEvidence source(table, store->blobs());
  EXPECT_EQ((*source.tagged(signature_tag(subject)))->digest, pulled.manifest.digest);
  ASSERT_TRUE(table.put(subject, {ours}));
  EXPECT_EQ((*source.tagged(signature_tag(subject)))->digest, ours.manifest.digest);
}

TEST_F(StoredRows, OfSeveralSubjectsAreAllOrNone) {
  EvidenceTable table = open();
  const Digest other = Digest::of("another image");
  std::vector<EvidenceRow> many;
  for (std::size_t i = 0; i <= most_referrers; ++i) many.push_back(row(predicate::spdx, std::to_string(i)));
  const auto too_many = table.put({{subject, {row(predicate::spdx, "1")}}, {other, many}});
  ASSERT_FALSE(too_many);
  EXPECT_EQ(too_many.error().kind, ErrorKind::limit_exceeded);
  EXPECT_THAT(*table.of(subject), IsEmpty());
  EXPECT_FALSE(table.add(other, many));
  many.pop_back();
  ASSERT_TRUE(table.put({{subject, {row(predicate::spdx, "1")}}, {other, many}}));
  EXPECT_EQ(table.of(subject)->size(), 1u);
  EXPECT_EQ(table.of(other)->size(), most_referrers);
}

TEST_F(StoredRows, SeveralWritersLoseNothing) {
  constexpr int writers = 4, puts = 10;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < writers; ++writer) {
    threads.emplace_back([&, writer] {
      EvidenceTable table = open();
      for (int i = 0; i < puts; ++i) {
        EXPECT_TRUE(table.put(subject, {row(fmt::format("urn:{}:{}", writer, i), "content")}));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(open().of(subject)->size(), static_cast<std::size_t>(writers * puts));
}

TEST_F(StoredRows, AStoreOfBeforeEvidenceIsMigrated) {
  ASSERT_TRUE(TagStore::open(*store).value().set(
      "a", {"1"},
      {.repository = "", .tag = "", .media_type = "t", .digest = subject, .size_bytes = 1, .moved_at = ""},
      from_unix(0), "build"));
  {
    soci::session sql;
    ASSERT_TRUE(open_database(*store, sql));
    sql << "DROP TABLE evidence";
    sql << "UPDATE schema SET version = 1";
  }
  EvidenceTable table = open();
  ASSERT_TRUE(table.put(subject, {row(predicate::spdx, "1")}));
  EXPECT_EQ(table.of(subject)->size(), 1u);
  EXPECT_TRUE(TagStore::open(*store).value().find(*Reference::parse("a:1"))) << "the tags are as they were";
}

TEST_F(StoredRows, WhereTheTableIsMissingThereIsNoEvidence) {
  // As in an older store that may only be read, and is not migrated.
  soci::session sql;
  ASSERT_TRUE(open_database(*store, sql));
  sql << "DROP TABLE evidence";
  EvidenceTable table = open();
  const auto rows = table.of(subject);
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_THAT(*rows, IsEmpty());
  EXPECT_EQ(table.put(subject, {row(predicate::spdx, "1")}).error().kind, ErrorKind::io);
}

TEST_F(StoredRows, ADamagedRowIsSaid) {
  EvidenceTable table = open();
  for (const char* damage : {"digest = 'sha256:x'", "annotations = '['", "annotations = '{\"a\":1}'",
                             "form = 'x'", "size_bytes = -1"}) {
    ASSERT_TRUE(table.put(Digest::of(damage), {row(predicate::spdx, "1")}));
    soci::session sql;
    ASSERT_TRUE(open_database(*store, sql));
    sql << "UPDATE evidence SET " << damage;
    const auto rows = table.of(Digest::of(damage));
    ASSERT_FALSE(rows) << damage;
    EXPECT_EQ(rows.error().kind, ErrorKind::io) << damage;
    EXPECT_THAT(rows.error().message, HasSubstr("damaged")) << damage;
    sql << "DELETE FROM evidence";
  }
}

TEST_F(StoredRows, AStoredImagesEvidenceIsFoundAndProves) {
  const auto key = PrivateKey::generate(KeyKind::ecdsa_p256).value();
  const Descriptor image = test_subject();
  const auto put = [&](EvidenceTable& table, EvidenceForm form, std::string_view type,
                       const Artifact& artifact, std::string_view at) {
    ASSERT_TRUE(put_artifact(store->blobs(), artifact));
    const EvidenceRow stored{.form = form,
                             .predicate_type = std::string(type),
                             .key = key.public_key().fingerprint(),
                             .manifest = artifact.descriptor,
                             .made_at = std::string(at)};
    ASSERT_TRUE(table.put(image.digest, {stored}));
  };
  EvidenceTable table = open();
  put(table, EvidenceForm::bundle, predicate::spdx, test_bundle_artifact(key, image, predicate::spdx), "1");
  const std::string payload = text_of(SimpleSigning{"registry.example/a", image.digest});
  const OldSignature signature{payload, key.sign(payload).value()};
  put(table, EvidenceForm::signature, "urn:old", signature_artifact({{"old", "s"}}), "1");
  put(table, EvidenceForm::signature, predicate::signature, signature_artifact({signature}), "2");
  put(table, EvidenceForm::attestation, predicate::vex,
      attestation_artifact({{std::string(predicate::vex),
                             test_envelope(key, test_statement(image, predicate::vex))}}),
      "1");

  const StoredEvidence source(table, store->blobs());
  const auto found = read_evidence(source, image.digest);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(found->faults, IsEmpty());
  ASSERT_EQ(found->evidence.size(), 3u);
  EXPECT_TRUE(verify_statement(*found->evidence[0].envelope(), key.public_key(), image.digest,
                               predicate::spdx));
  EXPECT_EQ(std::get<OldSignature>(found->evidence[1].content), signature) << "the newest of the tag";
  EXPECT_TRUE(verify_statement(*found->evidence[2].envelope(), key.public_key(), image.digest,
                               predicate::vex));

  EXPECT_FALSE(*source.tagged("latest"));
  EXPECT_FALSE(*source.tagged("sha256-x.sig"));
  EXPECT_FALSE(*source.tagged(signature_tag(Digest::of("another"))));
  Descriptor longer = found->evidence[0].blob;
  longer.size_bytes += 1;
  EXPECT_EQ(source.read(longer, 1 << 20).error().kind, ErrorKind::verification_failed);
  EXPECT_EQ(source.read(longer, 10).error().kind, ErrorKind::limit_exceeded);
  EXPECT_EQ(source.read(describe("a/b", "missing"), 10).error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace hauberk
