// SPDX-License-Identifier: Apache-2.0
#include "trust/trust_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "keys/private_key.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

PublicKey new_key() { return PrivateKey::generate(KeyKind::ed25519)->public_key(); }

Time at(std::string_view text) { return parse_rfc3339(text).value(); }

TrustedKey entry(std::string name, PublicKey key) {
  return {std::move(name),
          std::move(key),
          {"https://spdx.dev/Document"},
          {"hauberk/*"},
          {"urn:builder"},
          "2026-01-01T00:00:00Z",
          "",
          {}};
}

std::vector<std::string> names_of(const TrustDocument& document) {
  std::vector<std::string> names;
  for (const TrustedKey& key : document.keys) names.push_back(key.name);
  return names;
}

class TrustChange : public testing::Test {
 protected:
  PublicKey root = new_key(), build = new_key();
  TrustDocument document{4, {root}, {entry("build", build)}};
  Succession half_year{"build", at("2026-06-01T00:00:00Z"), at("2026-08-30T00:00:00Z")};
};

TEST_F(TrustChange, AKeyIsAddedInItsPlace) {
  const auto added = with_key(document, entry("approval", new_key()));
  ASSERT_TRUE(added);
  EXPECT_THAT(names_of(*added), ElementsAre("approval", "build"));
  EXPECT_EQ(added->number, 4U);
}

TEST_F(TrustChange, WhatIsThereOrIsARootIsNotAdded) {
  const struct {
    TrustedKey key;
    const char* words;
  } rows[] = {
      {entry("build", new_key()), "one of this name"},
      {entry("other", build), "already, as \"build\""},
      {entry("other", root), "root key"},
  };
  for (const auto& row : rows) {
    const auto added = with_key(document, row.key);
    ASSERT_FALSE(added) << row.words;
    EXPECT_EQ(added.error().kind, ErrorKind::conflict);
    EXPECT_THAT(added.error().message, HasSubstr(row.words));
  }
}

TEST_F(TrustChange, OnlyWhatIsSaidChanges) {
  const auto changed = with_change(document, build.fingerprint(), {.repositories = {{"app/*"}}});
  ASSERT_TRUE(changed);
  TrustDocument expected = document;
  expected.keys.front().repositories = {"app/*"};
  EXPECT_EQ(*changed, expected);
  const auto unknown = with_change(document, "biuld", {});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::not_found);
  EXPECT_THAT(unknown.error().message, HasSubstr("its keys are: build"));
}

TEST_F(TrustChange, AKeyIsRevokedOnce) {
  const Revocation stolen{"2026-06-01T00:00:00Z", "stolen"};
  const auto revoked = with_revoked(document, "build", stolen);
  ASSERT_TRUE(revoked);
  EXPECT_EQ(revoked->keys.front().revoked, stolen);
  EXPECT_EQ(with_revoked(*revoked, "build", stolen).error().kind, ErrorKind::conflict)
      << "the first reason and time stay";
}

TEST_F(TrustChange, ASuccessorHasTheRightsOfTheOneBefore) {
  const PublicKey second = new_key(), third = new_key();
  const auto once = with_successor(document, second, half_year);
  ASSERT_TRUE(once);
  TrustedKey expected = entry("build-2", second);
  expected.from = "2026-06-01T00:00:00Z";
  EXPECT_EQ(*newest_of(*once, "build"), expected);
  EXPECT_EQ(once->keys.front().to, "2026-08-30T00:00:00Z");

  const auto twice =
      with_successor(*once, third, {"build", at("2026-07-01T00:00:00Z"), at("2026-09-29T00:00:00Z")});
  ASSERT_TRUE(twice);
  EXPECT_THAT(names_of(*twice), ElementsAre("build", "build-2", "build-3"));
  EXPECT_EQ(twice->keys[0].to, "2026-08-30T00:00:00Z") << "no end is put off";
  EXPECT_EQ(twice->keys[1].to, "2026-09-29T00:00:00Z");
  EXPECT_EQ(newest_of(*twice, "build")->key, third);
}

TEST_F(TrustChange, ASuccessorOfARevokedKeyIsNotRevoked) {
  const auto revoked = with_revoked(document, "build", {"2026-05-01T00:00:00Z", "stolen"});
  const auto next = with_successor(*revoked, new_key(), half_year);
  ASSERT_TRUE(next);
  EXPECT_TRUE(next->keys[0].revoked);
  EXPECT_FALSE(next->keys[1].revoked);
}

TEST_F(TrustChange, WithoutAKeyBeforeThereIsNoSuccessor) {
  EXPECT_EQ(with_successor(document, new_key(), {"approval", {}, {}}).error().kind, ErrorKind::not_found);
  EXPECT_EQ(with_successor(document, build, half_year).error().kind, ErrorKind::conflict) << "the same key";
}

TEST_F(TrustChange, ARootIsReplaced) {
  const PublicKey next = new_key();
  EXPECT_EQ(with_root(document, root, next)->roots, std::vector{next});
  EXPECT_EQ(with_root(document, build, next).error().kind, ErrorKind::not_found);
}

TEST(PlaceInFamily, NumbersCountFromTheSecondOn) {
  const struct {
    const char* name;
    std::optional<std::uint64_t> place;
  } rows[] = {
      {"build", 1},
      {"build-2", 2},
      {"build-10", 10},
      {"build-1", {}},
      {"build-0", {}},
      {"build-", {}},
      {"build2", {}},
      {"build-x", {}},
      {"build-2x", {}},
      {"build-02", {}},
      {"", {}},
      {"buil", {}},
      {"build-99999999999999999999", {}},
  };
  for (const auto& row : rows) EXPECT_EQ(place_in_family(row.name, "build"), row.place) << row.name;
}

TEST_F(TrustChange, APolicyMeansTheWholeFamily) {
  const TrustedKey second = entry("build-2", new_key());
  EXPECT_TRUE(is_called(second, "build"));
  EXPECT_TRUE(is_called(second, "build-2"));
  EXPECT_TRUE(is_called(second, second.key.fingerprint()));
  EXPECT_FALSE(is_called(second, "buil"));
  EXPECT_FALSE(is_called(document.keys.front(), "build-2")) << "the older one is not meant";
}

}  // namespace
}  // namespace hauberk
