// What makes a suite believed, asked of real signatures. Uses gpg and gpgv.
//
// SPDX-License-Identifier: Apache-2.0
#include "fetch/release.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "fetch/fake_mirror_test.h"

namespace hauberk {
namespace {

using std::chrono::days;
using std::chrono::hours;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using TrustTest = FetchTest;

TEST_F(TrustTest, AHealthySuiteIsBelievedAndRecorded) {
  mirror->publish(healthy_release());
  const auto suites = indexes();
  ASSERT_TRUE(suites) << suites.error().message;
  ASSERT_EQ(suites->size(), 1U);
  const SuiteIndex& suite = suites->front();
  EXPECT_EQ(suite.packages.package_count(), 2U);
  EXPECT_EQ(suite.base_url, mirror->url());
  EXPECT_EQ(suite.priority, 500);
  EXPECT_EQ(suite.origin.url, mirror->suite_url());
  EXPECT_EQ(suite.origin.suite, "stable");
  EXPECT_EQ(suite.origin.codename, "trixie");
  EXPECT_EQ(suite.origin.component, "main");
  EXPECT_EQ(suite.origin.architecture, "amd64");
  EXPECT_EQ(suite.origin.origin, "Debian");
  EXPECT_EQ(suite.origin.date, "2026-11-23T12:00:00Z");
  EXPECT_EQ(suite.origin.valid_until, "2026-11-30T12:00:00Z");
  EXPECT_THAT(suite.origin.signed_by, ElementsAre(SigningKey::trusted().fingerprint()));
  EXPECT_EQ(suite.origin.packages_digest,
            Digest::of(healthy_release().files.at("main/binary-amd64/Packages")));
  EXPECT_TRUE(mirror->store().vault().exists(vault_path(suite.origin.release_digest)).value());
  EXPECT_THAT(progress.warnings, IsEmpty());
}

struct Refused {
  std::string summary;
  std::function<void(FakeMirror&)> arrange;
  ErrorKind kind;
  std::string message;
};

void publish_changed(FakeMirror& mirror, const std::function<void(FakeRelease&)>& change) {
  FakeRelease release = healthy_release();
  change(release);
  mirror.publish(release);
}

std::string signed_release() { return SigningKey::trusted().clear_signed(healthy_release().text()); }

std::vector<Refused> refused_suites() {
  constexpr ErrorKind no = ErrorKind::verification_failed;
  return {
      {"no signature: a Release alone",
       [](FakeMirror& m) { m.put("/debian/dists/trixie/Release", healthy_release().text()); }, no,
       "not signed"},
      {"no signature: InRelease is plain text",
       [](FakeMirror& m) { m.publish_inrelease(healthy_release().text()); }, no, "is not signed"},
      {"no such suite", [](FakeMirror&) {}, ErrorKind::not_found, "check the repository line"},
      {"a stranger's key",
       [](FakeMirror& m) { m.publish(healthy_release(), "trixie", SigningKey::stranger()); }, no,
       "add its keyring to config.yaml"},
      {"changed after signing",
       [](FakeMirror& m) {
         std::string text = signed_release();
         text.replace(text.find("Codename: trixie"), 16, "Codename: trixiE");
         m.publish_inrelease(text);
       },
       no, "does not fit its text"},
      {"text before the signed part",
       [](FakeMirror& m) { m.publish_inrelease("Origin: Evil\n" + signed_release()); }, no,
       "text before the signed part"},
      {"text after the signed part",
       [](FakeMirror& m) { m.publish_inrelease(signed_release() + "Origin: Evil\n"); }, no,
       "text after the signature"},
      {"cut short",
       [](FakeMirror& m) { m.publish_inrelease(signed_release().substr(0, signed_release().size() / 2)); },
       no, "InRelease"},
      {"another suite",
       [](FakeMirror& m) { publish_changed(m, [](FakeRelease& r) { r.codename = "bookworm"; }); }, no,
       "codename \"bookworm\", not as trixie"},
      {"another origin", [](FakeMirror& m) { publish_changed(m, [](FakeRelease& r) { r.origin = "Evil"; }); },
       no, "Origin is \"Evil\""},
      {"past its Valid-Until",
       [](FakeMirror& m) {
         publish_changed(m, [](FakeRelease& r) { r.valid_until = test_now() - hours(1); });
       },
       no, "was valid until 2026-11-24T11:00:00Z; the mirror is out of date"},
      {"too old without Valid-Until",
       [](FakeMirror& m) {
         publish_changed(m, [](FakeRelease& r) {
           r.valid_until = {};
           r.date = test_now() - days(366);
         });
       },
       no, "more than 365 days ago"},
      {"from the future",
       [](FakeMirror& m) { publish_changed(m, [](FakeRelease& r) { r.date = test_now() + days(1); }); }, no,
       "check this machine's clock"},
      {"no SHA256",
       [](FakeMirror& m) {
         FakeRelease release = healthy_release();
         release.files = {};
         m.publish_inrelease(SigningKey::trusted().clear_signed(release.text()));
       },
       ErrorKind::unsupported, "SHA256"},
      {"signed, but no Release",
       [](FakeMirror& m) { m.publish_inrelease(SigningKey::trusted().clear_signed("hello\n")); },
       ErrorKind::invalid_input, "cannot use "},
  };
}

TEST_F(TrustTest, WhatIsWrongIsRefusedInWords) {
  for (const Refused& row : refused_suites()) {
    SCOPED_TRACE(row.summary);
    mirror = std::make_unique<FakeMirror>();
    row.arrange(*mirror);
    const auto suites = indexes();
    ASSERT_FALSE(suites);
    EXPECT_EQ(suites.error().kind, row.kind) << suites.error().message;
    EXPECT_THAT(suites.error().message, HasSubstr(row.message));
    EXPECT_THAT(suites.error().message, HasSubstr(mirror->suite_url()));
    EXPECT_EQ(indexes({.offline = true}).error().kind, ErrorKind::not_found) << "nothing of it may be kept";
  }
}

TEST_F(TrustTest, WhatIsUnusualIsBelieved) {
  struct Row {
    std::string summary;
    std::function<void(FakeRelease&)> change;
  };
  const std::vector<Row> rows = {
      {"asked for by its Suite", [](FakeRelease& r) { r.suite = "trixie", r.codename = "forky"; }},
      {"a year old without Valid-Until",
       [](FakeRelease& r) { r.valid_until = {}, r.date = test_now() - days(364); }},
      {"valid to the second", [](FakeRelease& r) { r.valid_until = test_now(); }},
      {"a clock that goes a little wrong",
       [](FakeRelease& r) { r.date = test_now() + std::chrono::minutes(30); }},
      {"Debian's backports", [](FakeRelease& r) { r.origin = "Debian Backports"; }},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    mirror = std::make_unique<FakeMirror>();
    publish_changed(*mirror, row.change);
    const auto suites = indexes();
    EXPECT_TRUE(suites) << suites.error().message;
  }
}

TEST_F(TrustTest, TheGreatestAgeIsConfigured) {
  publish_changed(*mirror, [](FakeRelease& r) { r.valid_until = {}, r.date = test_now() - days(10); });
  mirror->configure("  maximum_age_days: 5\n");
  const auto suites = indexes();
  ASSERT_FALSE(suites);
  EXPECT_THAT(suites.error().message, HasSubstr("more than 5 days ago"));
  mirror->configure("  maximum_age_days: 11\n");
  EXPECT_TRUE(indexes());
}

TEST_F(TrustTest, OneKnownKeyAmongSeveralIsEnough) {
  // As Debian does, whose keyring for one release holds only some of the keys that sign it.
  const std::string text = healthy_release().text();
  mirror->publish(healthy_release());
  const auto alone = indexes();
  ASSERT_TRUE(alone);
  mirror->publish_inrelease(SigningKey::trusted().clear_signed_with(SigningKey::stranger(), text));
  const auto both = indexes();
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_THAT(both->front().origin.signed_by, ElementsAre(SigningKey::trusted().fingerprint()));
}

TEST_F(TrustTest, AnOlderOneKeepsOursAndWarns) {
  mirror->publish(healthy_release());
  const auto first = indexes();
  ASSERT_TRUE(first);
  publish_changed(*mirror, [](FakeRelease& r) {
    r.date = test_now() - days(3);
    r.add_index("main/binary-amd64/", package_stanza("old"));
  });
  const auto second = indexes();
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->front().origin, first->front().origin);
  ASSERT_EQ(progress.warnings.size(), 1U);
  EXPECT_THAT(progress.warnings[0],
              HasSubstr("older than the one of 2026-11-23T12:00:00Z that was seen before"));
}

TEST_F(TrustTest, AnOlderOneIsRefusedWhenOursIsGoneOrPast) {
  mirror->publish(healthy_release());
  const auto first = indexes();
  ASSERT_TRUE(first);
  publish_changed(*mirror, [](FakeRelease& r) {
    r.date = test_now() - days(3);
    r.valid_until = test_now() + days(30);
  });
  const auto later = indexes({}, test_now() + days(10));
  ASSERT_FALSE(later) << "ours has expired meanwhile, and the older one may not take its place";
  EXPECT_EQ(later.error().kind, ErrorKind::verification_failed);
  EXPECT_THAT(later.error().message, HasSubstr("was valid until"));

  ASSERT_TRUE(mirror->store().vault().remove(vault_path(first->front().origin.release_digest)));
  const auto gone = indexes();
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().kind, ErrorKind::verification_failed);
  EXPECT_THAT(gone.error().message, HasSubstr("or remove "));
}

TEST_F(TrustTest, ANewerOneTakesOver) {
  mirror->publish(healthy_release());
  ASSERT_TRUE(indexes());
  publish_changed(*mirror, [](FakeRelease& r) {
    r.date = test_now() - hours(1);
    r.add_index("main/binary-amd64/", package_stanza("new"));
  });
  const auto newer = indexes();
  ASSERT_TRUE(newer) << newer.error().message;
  EXPECT_EQ(newer->front().packages.find("new").value().size(), 1U);
  const auto offline = indexes({.offline = true});
  ASSERT_TRUE(offline) << offline.error().message;
  EXPECT_EQ(offline->front().origin, newer->front().origin);
}

TEST_F(TrustTest, OfflineUsesWhatWasVerifiedThenHoweverLate) {
  mirror->publish(healthy_release());
  const auto first = indexes();
  ASSERT_TRUE(first);
  const auto offline = indexes({.offline = true}, test_now() + days(1000));
  ASSERT_TRUE(offline) << offline.error().message;
  EXPECT_EQ(offline->front().origin, first->front().origin);

  std::filesystem::remove_all(mirror->store_path() + "/cache/index");
  std::filesystem::remove_all(mirror->store_path() + "/cache/signatures");
  const auto rebuilt = indexes({.offline = true}, test_now() + days(1000));
  ASSERT_TRUE(rebuilt) << rebuilt.error().message;
  EXPECT_EQ(rebuilt->front().origin, first->front().origin);
}

TEST_F(TrustTest, AnAnswerOfGpgvIsRemembered) {
  mirror->publish(healthy_release());
  ASSERT_TRUE(indexes());
  const std::string keyrings = mirror->store_path() + "/cache/keyrings";
  const auto spoil = [&] {
    for (const auto& entry : std::filesystem::directory_iterator(keyrings))
      std::filesystem::resize_file(entry, 0);
  };
  spoil();
  EXPECT_TRUE(indexes()) << "the same bytes and keyring: gpgv is not asked";
  EXPECT_FALSE(indexes({}, test_now() + hours(30))) << "a day later it is";
}

// A repository of somebody else, with a key that the definition brings.
class FirstUseTest : public FetchTest {
 protected:
  void SetUp() override {
    FetchTest::SetUp();
    if (IsSkipped()) return;
    FakeRelease release = healthy_release();
    release.origin = "nginx";
    for (const auto& [path, body] : release.files) mirror->put("/other/dists/stable/" + path, body);
    release.by_hash = false;
    mirror->put("/other/dists/stable/InRelease", SigningKey::stranger().clear_signed(release.text()));
    mirror->put("/key.asc", SigningKey::stranger().armoured());
    definition = definition_with({fmt::format("deb {} stable main", other())}, {key_url()});
  }
  std::string root() const { return mirror->url().substr(0, mirror->url().rfind('/')); }
  std::string other() const { return root() + "/other"; }
  std::string key_url() const { return root() + "/key.asc"; }

  Definition definition;
};

TEST_F(FirstUseTest, AKeyByUrlIsTrustedAndTheOriginCalledUnsigned) {
  const FixedClock clock(test_now());
  Fetcher fetcher(mirror->store(), client, clock, progress);
  const auto suites = fetcher.indexes(definition, Platform::amd64());
  ASSERT_TRUE(suites) << suites.error().message;
  EXPECT_THAT(suites->front().origin.signed_by, IsEmpty());
  const auto files = fetcher.files(definition, "/");
  ASSERT_TRUE(files) << files.error().message;
  EXPECT_THAT(*files, ElementsAre(LockedFile{key_url(), Digest::of(SigningKey::stranger().armoured()),
                                             SigningKey::stranger().armoured().size()}))
      << "the key is pinned in the lock";
  EXPECT_TRUE(indexes(definition, {.offline = true}));
}

TEST_F(FirstUseTest, AChangedKeyIsAConflict) {
  ASSERT_TRUE(indexes(definition));
  mirror->put("/key.asc", SigningKey::trusted().armoured());
  std::filesystem::remove_all(mirror->store_path() + "/cache");
  mirror->configure("");
  const auto again = indexes(definition);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::conflict) << again.error().message;
  EXPECT_THAT(again.error().message, HasSubstr("remove " + mirror->store_path() + "/pins/"));
}

TEST_F(FirstUseTest, WithoutAKeyTheRepositoryIsRefused) {
  definition.keyring = {};
  const auto suites = indexes(definition);
  ASSERT_FALSE(suites);
  EXPECT_EQ(suites.error().kind, ErrorKind::verification_failed);
  EXPECT_THAT(suites.error().message, HasSubstr("add its keyring"));
}

TEST_F(FirstUseTest, AKeyByUrlNeverVouchesForDebian) {
  mirror->publish(healthy_release(), "trixie", SigningKey::stranger());
  const auto suites =
      indexes(definition_with({fmt::format("deb {} trixie main", mirror->url())}, {key_url()}));
  ASSERT_FALSE(suites);
  EXPECT_EQ(suites.error().kind, ErrorKind::verification_failed);
}

TEST_F(FirstUseTest, AConfiguredKeyringMakesItSigned) {
  mirror->configure(fmt::format("    \"{}\": {}\n", other(), SigningKey::stranger().keyring_path()));
  definition.keyring = {};
  const auto suites = indexes(definition);
  ASSERT_TRUE(suites) << suites.error().message;
  EXPECT_THAT(suites->front().origin.signed_by, ElementsAre(SigningKey::stranger().fingerprint()));
}

TEST_F(FirstUseTest, AChangedOriginIsRefused) {
  ASSERT_TRUE(indexes(definition));
  FakeRelease release = healthy_release();
  release.origin = "someone else";
  release.date = test_now() - hours(1);
  mirror->put("/other/dists/stable/InRelease", SigningKey::stranger().clear_signed(release.text()));
  const auto again = indexes(definition);
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message, HasSubstr("Origin changed from \"nginx\" to \"someone else\""));
}

}  // namespace
}  // namespace hauberk
