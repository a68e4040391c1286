// SPDX-License-Identifier: Apache-2.0
#include "prove/attach.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "attest/predicate.h"
#include "attest/test_source.h"
#include "attest/verified.h"
#include "io/test_folder.h"
#include "signer/test_signer.h"
#include "store/mirror.h"

namespace hauberk {
namespace {

using testing::ElementsAre;

KeyRing with_public_files(KeyRing keys, const Store& store) {
  std::filesystem::create_directories(store.path() + "/keys");
  for (const auto& [name, key] : keys.all()) {
    std::ofstream(fmt::format("{}/keys/{}.pub", store.path(), name_of(name))) << key.public_key().pem();
  }
  return keys;
}

// Two keys of ours, and a clock that stands still: whatever happens, it happens within one second.
class AttachTest : public testing::Test {
 protected:
  // The time of a scan, where times count.
  Attached scanned(std::string_view time, bool times_count) {
    const Json predicate = {{"scanner", {{"result", Json::array()}}},
                            {"metadata", {{"scanFinishedOn", time}}}};
    const SubjectStatements subject{
        image, {{{{"example", image.digest}}, std::string(predicate::vulns), predicate}}};
    AttachOptions options{Reference::parse("example.org/app").value(), KeyName::build,
                          from_unix(1'700'000'000), times_count};
    return attach_evidence(
               *store, table, [&]() -> Result<Signer*> { return &signer; }, {subject}, options)
        .value();
  }

  Attached say(KeyName key, const std::vector<std::pair<std::string_view, std::string>>& said,
               const std::vector<std::string>& withdrawn = {}) {
    SubjectStatements subject{image, {}, "inputs", withdrawn};
    for (const auto& [type, words] : said) {
      subject.statements.push_back({{{"example", image.digest}}, std::string(type), {{"said", words}}});
    }
    const auto attached =
        attach_evidence(*store, table, [&]() -> Result<Signer*> { return &signer; }, {subject},
                        {Reference::parse("example.org/app").value(), key, from_unix(1'700'000'000)});
    EXPECT_TRUE(attached) << attached.error().message;
    return attached.value_or(Attached{});
  }

  // "build vex: a": what is found in this form and verified, sorted.
  std::vector<std::string> found(EvidenceForm form) {
    const StoredEvidence source(table, store->blobs());
    const auto all = read_evidence(source, image.digest).value();
    EXPECT_TRUE(all.faults.empty());
    std::vector<std::string> lines;
    for (const Evidence& evidence : all.evidence) {
      if (evidence.form != form) continue;
      for (const KeyName name : {KeyName::build, KeyName::approval}) {
        if (const auto line = line_of(evidence, running.key(name))) {
          lines.push_back(fmt::format("{} {}", name_of(name), *line));
        }
      }
    }
    std::ranges::sort(lines);
    return lines;
  }

  std::optional<std::string> line_of(const Evidence& evidence, const PublicKey& key) const {
    if (const auto* simple = std::get_if<OldSignature>(&evidence.content)) {
      if (!verify_simple_signing(simple->payload, simple->signature, key, image.digest)) return std::nullopt;
      return "signature";
    }
    const auto statement = verify_statement(*evidence.envelope(), key, image.digest, evidence.claimed_type);
    if (!statement) return std::nullopt;
    return fmt::format("{}: {}", short_name_of(evidence.claimed_type),
                       statement->statement().predicate["said"].get<std::string>());
  }

  const TestFolder folder;
  const std::unique_ptr<Store> store =
      Store::init(folder.path() + "/store",
                  {std::string(public_mirror), std::string(public_security_mirror), false})
          .value();
  RunningSigner running{with_public_files(ring_of({KeyName::build, KeyName::approval}), *store),
                        folder.path() + "/signer.sock"};
  Signer signer = Signer::over(running.connect()).value();
  EvidenceTable table = EvidenceTable::open(*store).value();
  const Descriptor image = test_subject();
};

TEST_F(AttachTest, NothingIsSaidTwice) {
  EXPECT_EQ(say(KeyName::build, {{predicate::vex, "a"}, {predicate::spdx, "b"}}), (Attached{2, 0}));
  EXPECT_EQ(say(KeyName::build, {{predicate::vex, "a"}, {predicate::spdx, "c"}}), (Attached{1, 1}));
  const std::vector<std::string> both = {"build spdx: c", "build vex: a"};
  EXPECT_EQ(found(EvidenceForm::bundle), both);
  EXPECT_EQ(found(EvidenceForm::attestation), both);
}

TEST_F(AttachTest, ANewTimeIsNewsWhereTimesCount) {
  EXPECT_EQ(scanned("2026-11-01T00:00:00Z", false), (Attached{1, 0}));
  EXPECT_EQ(scanned("2026-11-02T00:00:00Z", false), (Attached{0, 1})) << "a build that found the same";
  EXPECT_EQ(scanned("2026-11-02T00:00:00Z", true), (Attached{1, 0})) << "somebody scanned again";
  EXPECT_EQ(scanned("2026-11-02T00:00:00Z", true), (Attached{0, 1}));
  EXPECT_EQ(scanned("2026-11-03T00:00:00Z", true), (Attached{1, 0}));
}

TEST_F(AttachTest, TheOlderTagHasWhatEachKeyOfOursSaid) {
  say(KeyName::build, {{predicate::vex, "a"}});
  say(KeyName::approval, {{predicate::vex, "b"}});
  EXPECT_THAT(found(EvidenceForm::attestation), ElementsAre("approval vex: b", "build vex: a"));
  for (const KeyName key : {KeyName::build, KeyName::approval, KeyName::build}) {
    const std::string name(name_of(key));
    say(key, {{predicate::vex, "later, " + name}});
    EXPECT_EQ(found(EvidenceForm::attestation), found(EvidenceForm::bundle));
  }
  EXPECT_THAT(found(EvidenceForm::attestation),
              ElementsAre("approval vex: later, approval", "build vex: later, build"));
}

TEST_F(AttachTest, TheSignatureOfTheKeyBeforeStaysBelowTheTag) {
  say(KeyName::build, {{predicate::signature, ""}});
  EXPECT_THAT(found(EvidenceForm::signature), ElementsAre("build signature"));
  const PublicKey before = running.key(KeyName::build);
  RunningSigner next(with_public_files(ring_of({KeyName::build}), *store), folder.path() + "/next.sock");
  signer = Signer::over(next.connect()).value();
  say(KeyName::build, {{predicate::signature, ""}});
  const StoredEvidence source(table, store->blobs());
  std::size_t of_before = 0, of_next = 0;
  const auto all = read_evidence(source, image.digest).value();
  for (const Evidence& evidence : all.evidence) {
    if (evidence.form != EvidenceForm::signature) continue;
    of_before += line_of(evidence, before).has_value();
    of_next += line_of(evidence, next.key(KeyName::build)).has_value();
  }
  EXPECT_EQ(of_before, 1u);
  EXPECT_EQ(of_next, 1u);
}

TEST_F(AttachTest, ASignerThatHoldsTheKeyBeforeSignsNothing) {
  say(KeyName::build, {{predicate::vex, "a"}});
  const auto before = table.of(image.digest).value();
  with_public_files(ring_of({KeyName::build}), *store);  // a rotation; the signer runs on
  for (const std::string_view type : {predicate::vex, predicate::signature}) {
    const SubjectStatements subject{image, {{{{"example", image.digest}}, std::string(type), {}}}};
    const auto attached =
        attach_evidence(*store, table, [&]() -> Result<Signer*> { return &signer; }, {subject},
                        {Reference::parse("example.org/app").value(), KeyName::build,
                         from_unix(1'700'000'000)});
    ASSERT_FALSE(attached);
    EXPECT_EQ(attached.error().kind, ErrorKind::conflict);
    EXPECT_THAT(attached.error().message, testing::HasSubstr("systemctl restart hauberk-signer"));
  }
  EXPECT_EQ(table.of(image.digest).value(), before) << "nothing is listed that the key did not sign";
}

TEST_F(AttachTest, WhatIsWithdrawnIsGoneInBothForms) {
  say(KeyName::build, {{predicate::vex, "a"}, {predicate::spdx, "b"}});
  say(KeyName::approval, {{predicate::vex, "c"}});
  say(KeyName::build, {{predicate::spdx, "b"}}, {std::string(predicate::vex)});
  const std::vector<std::string> left = {"approval vex: c", "build spdx: b"};
  EXPECT_EQ(found(EvidenceForm::bundle), left);
  EXPECT_EQ(found(EvidenceForm::attestation), left);
}

TEST_F(AttachTest, WhatOthersSaidInTheOlderFormGoesAlong) {
  const PrivateKey stranger = PrivateKey::generate(KeyKind::ecdsa_p256).value();
  const Artifact theirs =
      attestation_artifact({{std::string(predicate::spdx),
                             test_envelope(stranger, test_statement(image, predicate::spdx))}});
  ASSERT_TRUE(put_artifacts(store->blobs(), {theirs}));
  ASSERT_TRUE(table.add(image.digest, {{EvidenceForm::attestation, {}, {}, theirs.descriptor}}));
  for (int i = 0; i < 3; ++i) {
    say(KeyName::build, {{predicate::vex, std::to_string(i)}});
    const StoredEvidence source(table, store->blobs());
    const auto all = read_evidence(source, image.digest).value();
    const auto of_the_stranger = std::ranges::count_if(all.evidence, [&](const Evidence& evidence) {
      return evidence.envelope() != nullptr &&
             verify_statement(*evidence.envelope(), stranger.public_key(), image.digest, predicate::spdx);
    });
    EXPECT_EQ(of_the_stranger, 1) << "once, however often more is said";
  }
}

TEST_F(AttachTest, WhatDoesNotGoAlongIsCounted) {
  const PrivateKey stranger = PrivateKey::generate(KeyKind::ecdsa_p256).value();
  std::vector<OldAttestation> many;
  for (int i = 0; i < 67; ++i) {
    Statement statement = test_statement(image, predicate::spdx);
    statement.predicate["number"] = i;
    many.push_back({std::string(predicate::spdx), test_envelope(stranger, statement)});
  }
  const Artifact theirs = attestation_artifact(many);
  ASSERT_TRUE(put_artifacts(store->blobs(), {theirs}));
  ASSERT_TRUE(table.add(image.digest, {{EvidenceForm::attestation, {}, {}, theirs.descriptor}}));
  const Attached attached = say(KeyName::build, {{predicate::vex, "a"}});
  EXPECT_EQ(attached, (Attached{1, 0, 3}));
  EXPECT_THAT(warning_of(attached), testing::HasSubstr("3 signatures or statements"));
  EXPECT_EQ(warning_of({1, 0}), "");
}

}  // namespace
}  // namespace hauberk
