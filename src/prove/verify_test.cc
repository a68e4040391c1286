// SPDX-License-Identifier: Apache-2.0
#include "prove/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "attest/predicate.h"
#include "attest/simple_signing.h"
#include "attest/test_source.h"
#include "keys/private_key.h"
#include "oci/media_type.h"

namespace hauberk {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

Time at(std::string_view text) { return parse_rfc3339(text).value(); }

class VerifyTest : public testing::Test {
 protected:
  static PrivateKey new_key() { return PrivateKey::generate(KeyKind::ecdsa_p256).value(); }

  Artifact artifact(const PrivateKey& by, std::string_view type, const Json& predicate,
                    std::string_view annotated) const {
    const Statement statement{{{"example", image.digest}}, std::string(type), predicate};
    return bundle_artifact(image, {by.public_key().hint(), test_envelope(by, statement), Json::object()},
                           annotated, at("2026-11-02T00:00:00Z"));
  }

  void say(const PrivateKey& by, std::string_view type, const Json& predicate = Json::object()) {
    source.refer(image, artifact(by, type, predicate, type));
  }

  Verification verify(const Policy& policy = default_policy(), const std::vector<std::string>& also = {},
                      std::string_view now = "2026-11-10T00:00:00Z") {
    return verify_image(source, {"hauberk/example", image, {}, {}}, believed, policy, also, at(now)).value();
  }

  Trust trust(TrustedKey entry) {
    entry.from = "2026-01-01T00:00:00Z";
    const std::string text = text_of(TrustDocument{1, {root.public_key()}, {std::move(entry)}});
    const Envelope envelope{
        std::string(trust_payload_type), text, {{"", root.sign(pae(trust_payload_type, text)).value()}}};
    return Trust::first(text_of(envelope), root.public_key().fingerprint()).value();
  }

  TrustedKey build_entry() const {
    return {"build", build.public_key(), {"*"}, {"hauberk/*"}, {"urn:x-hauberk:builder:local"}, "", "", {}};
  }

  PrivateKey build = new_key(), stranger = new_key(), root = new_key();
  Descriptor image = describe(media_type::manifest, "an image");
  TestSource source;
  Believed believed{{build.public_key()}, nullptr};
};

TEST_F(VerifyTest, ASignatureByAKeyThatIsNamedIsProved) {
  say(build, predicate::signature);
  const Verification verification = verify();
  EXPECT_TRUE(verification.passes());
  ASSERT_EQ(verification.proved.size(), 1u);
  EXPECT_EQ(verification.proved[0].fingerprint, build.public_key().fingerprint());
  EXPECT_THAT(text_of(verification, "example"), HasSubstr("example: verified."));
}

TEST_F(VerifyTest, WithoutEvidenceNothingIsProved) {
  const Verification verification = verify();
  EXPECT_FALSE(verification.passes());
  EXPECT_THAT(verification.proved, IsEmpty());
  EXPECT_THAT(text_of(verification, "example"), HasSubstr("NOT verified."));
}

TEST_F(VerifyTest, WhatDoesNotCountIsNeverProved) {
  Statement other{{{"example", Digest::of("another image")}}, std::string(predicate::signature), {}};
  const struct {
    const char* summary;
    std::function<void()> prepare;
  } rows[] = {
      {"another's key", [&] { say(stranger, predicate::signature); }},
      {"any bundle of the right subject is no signature", [&] { say(build, predicate::spdx); }},
      {"the annotation says signature, the statement SBOM",
       [&] { source.refer(image, artifact(build, predicate::spdx, {}, predicate::signature)); }},
      {"about another image",
       [&] {
         source.refer(image, bundle_artifact(image, {"", test_envelope(build, other), Json::object()},
                                             predicate::signature, at("2026-11-02T00:00:00Z")));
       }},
      {"the blob is not there",
       [&] {
         Artifact incomplete = artifact(build, predicate::signature, {}, predicate::signature);
         incomplete.blobs.clear();
         source.refer(image, incomplete);
       }},
  };
  for (const auto& row : rows) {
    source = {};
    row.prepare();
    const Verification verification = verify();
    EXPECT_FALSE(verification.passes()) << row.summary;
    for (const Proved& proved : verification.proved) {
      EXPECT_NE(proved.predicate_type, predicate::signature) << row.summary;
    }
  }
}

TEST_F(VerifyTest, CosignsOlderSignatureIsOne) {
  const std::string payload = text_of(SimpleSigning{"hauberk/example", image.digest});
  source.tags.emplace(signature_tag(image.digest),
                      source.put(signature_artifact({{payload, build.sign(payload).value()}})));
  EXPECT_TRUE(verify().passes());
  source = {};
  source.tags.emplace(signature_tag(image.digest),
                      source.put(signature_artifact({{payload, stranger.sign(payload).value()}})));
  EXPECT_FALSE(verify().passes());
}

TEST_F(VerifyTest, AKeyOfTrustCountsOnlyForWhatItMay) {
  say(build, predicate::signature);
  const auto passes = [&](const TrustedKey& entry) {
    const Trust trusted = trust(entry);
    believed = {{}, &trusted};
    return verify().passes();
  };
  EXPECT_TRUE(passes(build_entry()));
  TrustedKey entry = build_entry();
  entry.repositories = {"other/*"};
  EXPECT_FALSE(passes(entry)) << "repository";
  entry = build_entry();
  entry.predicates = {"https://spdx.dev/*"};
  EXPECT_FALSE(passes(entry)) << "predicate type";
  entry = build_entry();
  entry.to = "2026-11-09T00:00:00Z";
  EXPECT_FALSE(passes(entry)) << "time";
  entry = build_entry();
  entry.revoked = Revocation{"2026-11-09T00:00:00Z", "stolen"};
  EXPECT_FALSE(passes(entry)) << "revoked";
}

TEST_F(VerifyTest, ABuildersNameBelongsToItsKey) {
  const auto provenance = [](const char* builder) {
    return Json{{"runDetails", {{"builder", {{"id", builder}}}}}};
  };
  const Trust trusted = trust(build_entry());
  believed = {{}, &trusted};
  const std::vector<std::string> wanted{std::string(predicate::provenance)};
  say(build, predicate::signature);
  say(build, predicate::provenance, provenance("urn:x-hauberk:builder:watch"));
  EXPECT_FALSE(verify(default_policy(), wanted).passes());
  say(build, predicate::provenance, provenance("urn:x-hauberk:builder:local"));
  EXPECT_TRUE(verify(default_policy(), wanted).passes());
}

// Keys without an entry in trust.json: a policy's `keys` hold for them too.
TEST_F(VerifyTest, ThePolicyNamesKeysThatNoListHas) {
  say(build, predicate::signature);
  const auto policy = [](std::string_view key) {
    return parse_policy(fmt::format("version: 1\nrules:\n  - repositories: [\"*\"]\n    keys: [\"{}\"]\n"
                                    "    require: [signature]\n",
                                    key),
                        "policy.yaml")
        .value();
  };
  const auto judged = [&](std::string_view key) {
    return verify_image(source, {"hauberk/example", image, {}, {}}, believed, policy(key), {},
                        at("2026-11-10T00:00:00Z"));
  };
  const Trust trusted = trust(build_entry());
  const std::string own = build.public_key().fingerprint(), other = stranger.public_key().fingerprint();
  const Believed by_name{{build.public_key()}, nullptr}, of_store{{}, nullptr, build.public_key()},
      by_list{{}, &trusted};
  const struct {
    const char* summary;
    const Believed& whom;
    std::string key;
    std::optional<bool> passes;  // none: an error, which says `words`
    std::string words;
  } rows[] = {
      {"named, by its fingerprint", by_name, own, true, "the key that you named"},
      {"named, another's fingerprint", by_name, other, false, "does not take the key that you named"},
      {"named, by a name", by_name, "build", std::nullopt, own},
      {"the store's, by its name", of_store, "build", true, "this store's build key"},
      {"the store's, by its fingerprint", of_store, own, true, "this store's build key"},
      {"the store's, another's fingerprint", of_store, other, false, "does not take this store's build key"},
      {"the store's, by a name that nothing knows", of_store, "approval", std::nullopt, "known are: build"},
      {"listed, by its name", by_list, "build", true, "build"},
      {"listed, another's fingerprint", by_list, other, false, "does not take the key \"build\""},
      {"listed, misspelt", by_list, "biuld", std::nullopt, "did you mean \"build\"?"},
  };
  for (const auto& row : rows) {
    believed = row.whom;
    const auto verification = judged(row.key);
    if (!row.passes) {
      ASSERT_FALSE(verification) << row.summary;
      EXPECT_EQ(verification.error().kind, ErrorKind::invalid_input) << row.summary;
      EXPECT_THAT(verification.error().message, HasSubstr(row.words)) << row.summary;
      continue;
    }
    ASSERT_TRUE(verification) << row.summary << ": " << verification.error().message;
    EXPECT_EQ(verification->passes(), *row.passes) << row.summary;
    EXPECT_THAT(text_of(*verification, "example"), HasSubstr(row.words)) << row.summary;
  }
}

TEST_F(VerifyTest, TheReasonIsThatOfTheKeyThatSignedIt) {
  const Statement other{{{"example", Digest::of("another image")}}, std::string(predicate::signature), {}};
  source.refer(image, bundle_artifact(image, {"", test_envelope(build, other), Json::object()},
                                      predicate::signature, at("2026-11-02T00:00:00Z")));
  believed = {{stranger.public_key(), build.public_key(), root.public_key()}, nullptr};
  Verification verification = verify();
  ASSERT_EQ(verification.ignored.size(), 1u);
  EXPECT_THAT(verification.ignored[0].why, HasSubstr("is not among its subjects"));
  believed = {{stranger.public_key(), root.public_key()}, nullptr};
  EXPECT_EQ(verify().ignored[0].why, "no key that is trusted here has signed it");
  believed = {{stranger.public_key()}, nullptr};
  EXPECT_EQ(verify().ignored[0].why, "the key that you named has not signed it");
}

TEST_F(VerifyTest, TimesOfOtherProgramsAreRead) {
  const auto policy =
      parse_policy("version: 1\nrules:\n  - repositories: [\"*\"]\n    maximum-age-hours: {vulns: 24}\n",
                   "policy.yaml");
  for (const auto& [time, passes] :
       {std::pair("2026-11-09T12:00:00.123456789Z", true), std::pair("2026-11-09T04:00:00.5+05:00", false),
        std::pair("2026-11-09T04:00:00-05:00", true), std::pair("today", false)}) {
    source = {};
    say(build, predicate::vulns, {{"metadata", {{"scanFinishedOn", time}}}});
    EXPECT_EQ(verify(*policy).passes(), passes) << time;
  }
}

TEST_F(VerifyTest, ThePolicyAsksForOutcomeAndAge) {
  const auto policy = parse_policy(
      "version: 1\nrules:\n  - repositories: [\"hauberk/*\"]\n    outcomes: {tests: passed}\n"
      "    maximum-age-hours: {vulns: 24}\n",
      "policy.yaml");
  ASSERT_TRUE(policy) << policy.error().message;
  const auto scanned = [](const char* when) { return Json{{"metadata", {{"scanFinishedOn", when}}}}; };
  say(build, predicate::tests, {{"result", "PASSED"}});
  say(build, predicate::vulns, scanned("2026-11-08T00:00:00Z"));
  EXPECT_FALSE(verify(*policy).passes()) << "too old";
  say(build, predicate::vulns, scanned("2026-11-11T00:00:00Z"));
  EXPECT_FALSE(verify(*policy).passes()) << "to come";
  EXPECT_TRUE(verify(*policy, {}, "2026-11-11T12:00:00Z").passes()) << "the newer one counts";
  say(build, predicate::tests, {{"result", "FAILED"}});
  EXPECT_FALSE(verify(*policy, {}, "2026-11-11T12:00:00Z").passes()) << "a failure beside a pass";
  EXPECT_FALSE(verify(Policy{}).passes()) << "no rule speaks of it";
}

}  // namespace
}  // namespace hauberk
