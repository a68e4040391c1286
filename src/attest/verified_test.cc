// SPDX-License-Identifier: Apache-2.0
#include "attest/verified.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "attest/predicate.h"
#include "attest/test_source.h"

namespace hauberk {
namespace {

using testing::HasSubstr;

class Verified : public testing::Test {
 protected:
  void resign(Envelope& envelope) const {
    envelope.signatures = {{"", key.sign(pae(envelope.payload_type, envelope.payload)).value()}};
  }

  const PrivateKey key = PrivateKey::generate(KeyKind::ecdsa_p256).value();
  const PrivateKey other = PrivateKey::generate(KeyKind::ecdsa_p256).value();
  const Descriptor subject = test_subject();
  const Statement statement = test_statement(subject, predicate::spdx);
};

TEST_F(Verified, StatementOfTheKeyAboutTheSubject) {
  for (const KeyKind kind : {KeyKind::ecdsa_p256, KeyKind::ed25519}) {
    const auto signer = PrivateKey::generate(kind).value();
    const auto verified = verify_statement(test_envelope(signer, statement), signer.public_key(),
                                           subject.digest, predicate::spdx);
    ASSERT_TRUE(verified) << verified.error().message;
    EXPECT_EQ(verified->statement(), statement);
    EXPECT_EQ(verified->subject(), subject.digest);
    EXPECT_EQ(verified->key(), signer.public_key());
  }
}

TEST_F(Verified, OneOfManySignaturesIsEnoughWhateverTheKeyIdsSay) {
  Envelope envelope = test_envelope(key, statement);
  const auto right = envelope.signatures.front();
  envelope.signatures.assign(most_signatures - 1, {key.public_key().hint(), "no signature"});
  EXPECT_FALSE(verify_statement(envelope, key.public_key(), subject.digest, predicate::spdx));
  envelope.signatures.push_back({"another key's name", right.sig});
  EXPECT_TRUE(verify_statement(envelope, key.public_key(), subject.digest, predicate::spdx));
  envelope.signatures.clear();
  EXPECT_FALSE(verify_statement(envelope, key.public_key(), subject.digest, predicate::spdx));
}

TEST_F(Verified, RefusesStatementsThatProveNothing) {
  struct Row {
    std::string summary;
    std::function<void(Envelope&)> change;
    ErrorKind kind;
    std::string message;
  };
  const auto failed = ErrorKind::verification_failed;
  const auto as_text = [this](Envelope& envelope, std::string text) {
    envelope.payload = std::move(text);
    resign(envelope);
  };
  const Row rows[] = {
      {"another key", [&](Envelope& e) { e = test_envelope(other, statement); }, failed, "that of the key"},
      {"altered payload", [](Envelope& e) { e.payload.replace(e.payload.find("test"), 4, "tost"); }, failed,
       "that of the key"},
      {"a space more", [](Envelope& e) { e.payload += ' '; }, failed, "that of the key"},
      {"altered signature", [](Envelope& e) { e.signatures[0].sig.back() ^= 1; }, failed, "that of the key"},
      {"truncated signature", [](Envelope& e) { e.signatures[0].sig.pop_back(); }, failed, "that of the key"},
      {"signature over the payload alone",
       [&](Envelope& e) { e.signatures[0].sig = key.sign(e.payload).value(); }, failed, "that of the key"},
      {"another payload type",
       [&](Envelope& e) {
         e.payload_type = "application/json";
         resign(e);
       },
       failed, "payload type"},
      {"payload type that differs in case",
       [&](Envelope& e) {
         e.payload_type = "application/vnd.in-toto+JSON";
         resign(e);
       },
       failed, "payload type"},
      {"type changed after signing",
       [&](Envelope& e) {
         e.payload_type = "application/example";
         resign(e);
         e.payload_type = statement_payload_type;
       },
       failed, "that of the key"},
      {"no payload type",
       [&](Envelope& e) {
         e.payload_type.clear();
         resign(e);
       },
       failed, "payload type"},
      {"another subject",
       [&](Envelope& e) { as_text(e, text_of(test_statement(test_subject("b"), predicate::spdx))); }, failed,
       "not among its subjects"},
      {"the subject by another algorithm only",
       [&](Envelope& e) {
         Statement by_sha512 = statement;
         by_sha512.subjects = {{"example", Digest::of("an image's manifest", Digest::Algorithm::sha512)}};
         as_text(e, text_of(by_sha512));
       },
       failed, "not among its subjects"},
      {"the subject's hash under another algorithm's name",
       [&](Envelope& e) {
         std::string text = text_of(statement);
         text.replace(text.find("\"sha256\""), 8, "\"sha1\"");
         as_text(e, text);
       },
       failed, "not among its subjects"},
      {"another predicate type",
       [&](Envelope& e) { as_text(e, text_of(test_statement(subject, predicate::vex))); }, failed,
       "it is of the type"},
      {"a predicate type with something after it",
       [&](Envelope& e) {
         as_text(e, text_of(test_statement(subject, std::string(predicate::spdx) + "/v2")));
       },
       failed, "it is of the type"},
      {"signed, and no statement", [&](Envelope& e) { as_text(e, "{}"); }, ErrorKind::invalid_input, "_type"},
      {"signed, with duplicate keys",
       [&](Envelope& e) {
         std::string text = text_of(statement);
         text.insert(1, R"("predicateType":"https://spdx.dev/Document",)");
         as_text(e, text);
       },
       ErrorKind::invalid_input, "twice"},
  };
  for (const Row& row : rows) {
    Envelope envelope = test_envelope(key, statement);
    row.change(envelope);
    const auto verified = verify_statement(envelope, key.public_key(), subject.digest, predicate::spdx);
    ASSERT_FALSE(verified) << row.summary;
    EXPECT_EQ(verified.error().kind, row.kind) << row.summary << ": " << verified.error().message;
    EXPECT_THAT(verified.error().message, HasSubstr(row.message)) << row.summary;
  }
}

TEST_F(Verified, OlderSignature) {
  const std::string text = text_of(SimpleSigning{"registry.example/nginx", subject.digest});
  const std::string signature = key.sign(text).value();
  const auto verified = verify_simple_signing(text, signature, key.public_key(), subject.digest);
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(verified->payload().reference, "registry.example/nginx");

  const auto failed = ErrorKind::verification_failed;
  const auto kind = [&](std::string_view payload, std::string_view sig, const PublicKey& by,
                        const Digest& of) {
    return verify_simple_signing(payload, sig, by, of).error().kind;
  };
  EXPECT_EQ(kind(text + " ", signature, key.public_key(), subject.digest), failed);
  EXPECT_EQ(kind(text, "", key.public_key(), subject.digest), failed);
  EXPECT_EQ(kind(text, signature, other.public_key(), subject.digest), failed);
  EXPECT_EQ(kind(text, signature, key.public_key(), Digest::of("another")), failed);
  EXPECT_EQ(kind("{}", key.sign("{}").value(), key.public_key(), subject.digest), ErrorKind::invalid_input);
}

TEST_F(Verified, SignatureOfAMessage) {
  const MessageSignature plain{std::nullopt, key.sign("message").value()};
  EXPECT_TRUE(verify_message(plain, key.public_key(), "message"));
  EXPECT_FALSE(verify_message(plain, key.public_key(), "massage"));
  EXPECT_FALSE(verify_message(plain, other.public_key(), "message"));
  const MessageSignature named{Digest::of("message", Digest::Algorithm::sha512), plain.signature};
  EXPECT_TRUE(verify_message(named, key.public_key(), "message"));
  const MessageSignature misnamed{Digest::of("massage"), plain.signature};
  EXPECT_FALSE(verify_message(misnamed, key.public_key(), "message"));
}

TEST(SimpleSigning, IsByteForByteCosigns) {
  const SimpleSigning written{"registry.example/nginx", Digest::of("x")};
  EXPECT_EQ(text_of(written),
            R"({"critical":{"identity":{"docker-reference":"registry.example/nginx"},"image":)"
            R"({"docker-manifest-digest":")" +
                Digest::of("x").text() + R"("},"type":"cosign container image signature"},"optional":null})");
  EXPECT_EQ(parse_simple_signing(text_of(written)), written);
}

TEST(SimpleSigning, RefusesWhatIsWrong) {
  struct Row {
    std::string summary, from, to;
    ErrorKind kind;
  };
  const std::string text = text_of(SimpleSigning{"a", Digest::of("x")});
  const auto bad = ErrorKind::invalid_input;
  const Row rows[] = {
      {"truncated", "\"optional\":null}", "", bad},
      {"another type", "cosign container", "atomic container", ErrorKind::unsupported},
      {"something critical more", "\"image\":", "\"expires\":1,\"image\":", ErrorKind::unsupported},
      {"more of the identity",
       "\"docker-reference\":", "\"who\":1,\"docker-reference\":", ErrorKind::unsupported},
      {"more of the image",
       "\"docker-manifest-digest\":", "\"tag\":1,\"docker-manifest-digest\":", ErrorKind::unsupported},
      {"no digest", "docker-manifest-digest", "docker-manifest-digests", ErrorKind::unsupported},
      {"duplicate key", "\"image\":", "\"image\":{},\"image\":", bad},
      {"a bad digest", "sha256:", "sha256:g", bad},
      {"nothing critical", "critical", "uncritical", bad},
  };
  for (const Row& row : rows) {
    std::string changed = text;
    changed.replace(changed.find(row.from), row.from.size(), row.to);
    const auto read = parse_simple_signing(changed);
    ASSERT_FALSE(read) << row.summary;
    EXPECT_EQ(read.error().kind, row.kind) << row.summary << ": " << read.error().message;
  }
}

TEST(Predicate, NamesAndTypes) {
  for (const PredicateName& name : predicate_names()) {
    EXPECT_EQ(parse_predicate_type(name.name), std::string(name.type));
    EXPECT_EQ(parse_predicate_type(name.type), std::string(name.type));
    EXPECT_EQ(short_name_of(name.type), name.name);
  }
  EXPECT_EQ(parse_predicate_type("https://example.org/mine/v1"), "https://example.org/mine/v1");
  EXPECT_EQ(short_name_of("https://example.org/mine/v1"), "https://example.org/mine/v1");
  EXPECT_THAT(parse_predicate_type("spdxx").error().message, HasSubstr("did you mean \"spdx\""));
  EXPECT_THAT(parse_predicate_type("").error().message, HasSubstr("name one of changelog, "));
  EXPECT_FALSE(parse_predicate_type("urn:"));
  EXPECT_FALSE(parse_predicate_type("urn: x"));
}

}  // namespace
}  // namespace hauberk
