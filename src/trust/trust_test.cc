// SPDX-License-Identifier: Apache-2.0
#include "trust/trust.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "keys/private_key.h"

namespace hauberk {
namespace {

using testing::HasSubstr;

PrivateKey new_key() { return PrivateKey::generate(KeyKind::ecdsa_p256).value(); }

Time at(std::string_view text) { return parse_rfc3339(text).value(); }

// What is signed by whom, as text.
std::string signed_by(const std::string& payload, const std::vector<const PrivateKey*>& keys,
                      std::string_view payload_type = trust_payload_type) {
  Envelope envelope{std::string(payload_type), payload, {}};
  for (const PrivateKey* key : keys) {
    envelope.signatures.push_back({key->public_key().fingerprint(),
                                   key->sign(pae(payload_type, payload)).value()});
  }
  return text_of(envelope);
}

class TrustTest : public testing::Test {
 protected:
  TrustDocument document(std::uint64_t number, const PrivateKey& by) const {
    TrustDocument document{number, {by.public_key()}, {}};
    document.keys.push_back({"build",
                             build.public_key(),
                             {"https://spdx.dev/Document", "urn:x-hauberk:*"},
                             {"hauberk/*"},
                             {"urn:x-hauberk:builder:local"},
                             "2026-01-01T00:00:00Z",
                             "2026-12-31T00:00:00Z",
                             {}});
    return document;
  }

  std::string text(std::uint64_t number) const { return signed_by(text_of(document(number, root)), {&root}); }

  Result<Trust> trusted(const std::string& envelope) const {
    return Trust::first(envelope, root.public_key().fingerprint());
  }
  static Result<Trust> after(const Trust& before, const std::string& envelope) {
    return Trust::after(before.mark(), envelope);
  }

  PrivateKey root = new_key(), other_root = new_key(), build = new_key();
};

TEST_F(TrustTest, TextAndValueAgree) {
  TrustDocument whole = document(7, root);
  whole.keys.front().revoked = Revocation{"2026-06-01T00:00:00Z", "stolen"};
  whole.roots.push_back(PrivateKey::generate(KeyKind::ed25519)->public_key());
  EXPECT_EQ(parse_trust_document(text_of(whole)), whole);
}

TEST_F(TrustTest, TheFirstOneCountsByTheFingerprintOfItsRoot) {
  const auto trust = Trust::first(text(1), root.public_key().fingerprint());
  ASSERT_TRUE(trust);
  EXPECT_EQ(trust->document(), document(1, root));
  const auto another = Trust::first(text(1), other_root.public_key().fingerprint());
  EXPECT_EQ(another.error().kind, ErrorKind::verification_failed);
  EXPECT_THAT(another.error().message, HasSubstr(root.public_key().fingerprint()));
}

TEST_F(TrustTest, WhatItsRootHasNotSignedIsRefused) {
  const std::string payload = text_of(document(1, root));
  const struct {
    const char* summary;
    std::string text;
  } rows[] = {
      {"signed by another key", signed_by(payload, {&other_root})},
      {"signed by a key that it names, which is no root", signed_by(payload, {&build})},
      {"signed as something else", signed_by(payload, {&root}, "application/vnd.in-toto+json")},
      {"cut", text(1).substr(0, 200)},
      {"not signed at all", payload},
  };
  for (const auto& row : rows) {
    EXPECT_FALSE(Trust::first(row.text, root.public_key().fingerprint())) << row.summary;
  }
  auto envelope = parse_envelope(text(1)).value();
  envelope.payload.replace(envelope.payload.find("hauberk/*"), 9, "everybody");
  EXPECT_EQ(trusted(text_of(envelope)).error().kind, ErrorKind::verification_failed);
}

TEST_F(TrustTest, ItsNumberOnlyRises) {
  const Trust third = trusted(text(3)).value();
  EXPECT_EQ(after(third, text(4))->document().number, 4u);
  EXPECT_TRUE(after(third, third.text())) << "the very same";
  EXPECT_EQ(after(third, text(2)).error().kind, ErrorKind::conflict);
  TrustDocument other = document(3, root);
  other.keys.front().repositories = {"*"};
  EXPECT_EQ(after(third, signed_by(text_of(other), {&root})).error().kind, ErrorKind::conflict)
      << "the same number with other content";
}

TEST_F(TrustTest, ANumberThatIsTheLastOneIsRefused) {
  for (const std::uint64_t number : {(std::uint64_t(1) << 53) + 1, ~std::uint64_t(0)}) {
    EXPECT_EQ(trusted(text(number)).error().kind, ErrorKind::limit_exceeded) << number;
    EXPECT_EQ(parse_trust_mark(text_of(TrustMark{number, Digest::of(""), {root.public_key()}})).error().kind,
              ErrorKind::limit_exceeded);
  }
  EXPECT_TRUE(trusted(text(std::uint64_t(1) << 53)));
}

TEST_F(TrustTest, AnotherRootNeedsTheOldAndTheNew) {
  const Trust first = trusted(text(1)).value();
  const std::string next = text_of(document(2, other_root));
  EXPECT_EQ(after(first, signed_by(next, {&root})).error().kind, ErrorKind::verification_failed);
  EXPECT_EQ(after(first, signed_by(next, {&other_root})).error().kind, ErrorKind::verification_failed);
  const auto both = after(first, signed_by(next, {&root, &other_root}));
  ASSERT_TRUE(both);
  EXPECT_FALSE(after(*both, text(3))) << "the old root has no say any more";
}

TEST_F(TrustTest, AKeyMaySignWhatItMaySign) {
  TrustDocument whole = document(1, root);
  const std::string spdx = "https://spdx.dev/Document";
  const auto ask = [&](std::string_view repository, std::string_view type, std::string_view now) {
    const Trust trust = trusted(signed_by(text_of(whole), {&root})).value();
    const TrustedKey* key = trust.find(build.public_key().fingerprint());
    return trust.allows(*key, {repository, type, at(now)});
  };
  EXPECT_TRUE(ask("hauberk/nginx", spdx, "2026-06-01T00:00:00Z"));
  EXPECT_TRUE(ask("hauberk/nginx", "urn:x-hauberk:lock:v1", "2026-06-01T00:00:00Z"));
  const struct {
    std::string repository, type, now;
    const char* words;
  } rows[] = {
      {"other/nginx", spdx, "2026-06-01T00:00:00Z", "repository other/nginx"},
      {"xhauberk/nginx", spdx, "2026-06-01T00:00:00Z", "repository"},
      {"hauberk/nginx", "https://spdx.dev/Document/2", "2026-06-01T00:00:00Z", "may not sign"},
      {"hauberk/nginx", spdx, "2025-12-31T23:59:59Z", "only from 2026-01-01"},
      {"hauberk/nginx", spdx, "2026-12-31T00:00:01Z", "only until 2026-12-31"},
  };
  for (const auto& row : rows) {
    const Status answer = ask(row.repository, row.type, row.now);
    ASSERT_FALSE(answer) << row.words;
    EXPECT_EQ(answer.error().kind, ErrorKind::verification_failed);
    EXPECT_THAT(answer.error().message, HasSubstr(row.words));
  }
  whole.keys.front().revoked = Revocation{"2026-09-01T00:00:00Z", "stolen"};
  EXPECT_THAT(ask("hauberk/nginx", spdx, "2026-06-01T00:00:00Z").error().message, HasSubstr("stolen"))
      << "nobody can say that a signature is older than its key's theft";
}

TEST_F(TrustTest, RefusesWhatIsNoTrustDocument) {
  const std::string good = text_of(document(1, root));
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string text = good;
    const auto where = text.find(from);
    EXPECT_NE(where, std::string::npos) << from;
    return text.replace(where, from.size(), to);
  };
  TrustDocument twice = document(1, root);
  twice.keys.push_back(twice.keys.front());
  TrustDocument renamed = twice;
  renamed.keys.back().name = "build-2";
  const struct {
    std::string text;
    ErrorKind kind;
    const char* words;
  } rows[] = {
      {"{", ErrorKind::invalid_input, ""},
      {with("\"version\":1", "\"version\":2"), ErrorKind::unsupported, "version 2"},
      {with("\"number\":1", "\"number\":-1"), ErrorKind::invalid_input, "number"},
      {with("\"number\":1", "\"number\":1,\"number\":9"), ErrorKind::invalid_input, "number"},
      {with("2026-01-01T00:00:00Z", "yesterday"), ErrorKind::invalid_input, "from"},
      {with("BEGIN PUBLIC KEY", "BEGIN PRIVATE KEY"), ErrorKind::invalid_input, "build"},
      {text_of(twice), ErrorKind::invalid_input, "named \"build\""},
      {text_of(renamed), ErrorKind::invalid_input, "there twice"},
      {text_of(TrustDocument{1, {}, {}}), ErrorKind::invalid_input, "0 roots"},
      {std::string(2 << 20, ' '), ErrorKind::limit_exceeded, ""},
  };
  for (const auto& row : rows) {
    const auto parsed = parse_trust_document(row.text);
    ASSERT_FALSE(parsed) << row.words;
    EXPECT_EQ(parsed.error().kind, row.kind) << parsed.error().message;
    EXPECT_THAT(parsed.error().message, HasSubstr(row.words));
  }
}

TEST_F(TrustTest, AMarkIsReadAsItWasWritten) {
  const TrustMark mark = trusted(text(7)).value().mark();
  EXPECT_EQ(mark.number, 7U);
  EXPECT_EQ(parse_trust_mark(text_of(mark)), mark);
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string text = text_of(mark);
    const auto where = text.find(from);
    EXPECT_NE(where, std::string::npos) << from;
    return text.replace(where, from.size(), to);
  };
  const struct {
    std::string text;
    ErrorKind kind;
  } rows[] = {
      {"", ErrorKind::invalid_input},
      {"{}", ErrorKind::invalid_input},
      {with("\"version\":1", "\"version\":2"), ErrorKind::unsupported},
      {with("\"number\":7", "\"number\":-7"), ErrorKind::invalid_input},
      {with("sha256:", "sha1:"), ErrorKind::invalid_input},
      {with("BEGIN PUBLIC", "BEGIN PRIVATE"), ErrorKind::invalid_input},
      {text_of(TrustMark{7, mark.document, {}}), ErrorKind::invalid_input},
      {std::string(2 << 20, ' '), ErrorKind::limit_exceeded},
  };
  for (const auto& row : rows) {
    const auto parsed = parse_trust_mark(row.text);
    ASSERT_FALSE(parsed) << row.text;
    EXPECT_EQ(parsed.error().kind, row.kind) << parsed.error().message;
  }
}

TEST(FitsPattern, StarsTakeWhatTheyMay) {
  const struct {
    const char *pattern, *text;
    bool fits;
  } rows[] = {
      {"", "", true},         {"", "a", false},         {"*", "", true},     {"*", "a/b", true},
      {"a*", "a", true},      {"a*", "b", false},       {"*b", "aab", true}, {"a*c*e", "abcde", true},
      {"a*c*e", "ace", true}, {"a*c*e", "aec", false},  {"**", "x", true},   {"hauberk/*", "hauberk", false},
      {"a.c", "abc", false},  {"*aab", "aaaaab", true},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(fits_pattern(row.pattern, row.text), row.fits) << row.pattern << " " << row.text;
  }
}

}  // namespace
}  // namespace hauberk
