// SPDX-License-Identifier: Apache-2.0
#include "signer/answer.h"

#include <gmock/gmock.h>

#include <vector>

#include "attest/envelope.h"
#include "attest/predicate.h"
#include "attest/simple_signing.h"
#include "attest/statement.h"
#include "trust/trust.h"

namespace hauberk {
namespace {

using testing::HasSubstr;

class AnswerTo : public testing::Test {
 protected:
  AnswerTo() {
    for (const KeyName name : {KeyName::build, KeyName::root}) {
      keys_.add(name, PrivateKey::generate(KeyKind::ecdsa_p256).value());
    }
  }

  const PublicKey& public_key(KeyName name) const { return keys_.find(name)->public_key(); }

  static std::string statement(std::string_view type) {
    return text_of(Statement{
        {{"app", Digest::of(std::string_view("an image"))}}, std::string(type), Json::object()});
  }

  SignatureAnswer signature_for(const Request& request) const {
    return std::get<SignatureAnswer>(answer_to(request, keys_).value().answer);
  }

  KeyRing keys_;
};

TEST_F(AnswerTo, SignsAStatementAsDsse) {
  const std::string text = statement(predicate::spdx);
  const auto answer = signature_for(StatementRequest{KeyName::build, text});
  EXPECT_TRUE(public_key(KeyName::build).verify(pae(statement_payload_type, text), answer.signature));
  EXPECT_FALSE(public_key(KeyName::build).verify(text, answer.signature));
  EXPECT_EQ(answer.payload, "");
  const auto line = answer_to(StatementRequest{KeyName::build, text}, keys_).value().line;
  EXPECT_EQ(line,
            "signed spdx of " + Digest::of(std::string_view("an image")).text() + " with the build key");
}

TEST_F(AnswerTo, SignsAnImageTheOlderWay) {
  const auto digest = Digest::of(std::string_view("an image"));
  const auto answer =
      signature_for(SimpleRequest{KeyName::build, digest, Reference::parse("example.org/app:1").value()});
  EXPECT_TRUE(public_key(KeyName::build).verify(answer.payload, answer.signature));
  EXPECT_EQ(parse_simple_signing(answer.payload).value(), (SimpleSigning{"example.org/app", digest}));
}

TEST_F(AnswerTo, SignsTrustByTheRoot) {
  TrustDocument document;
  document.number = 7;
  document.roots.push_back(public_key(KeyName::root));
  const std::string text = text_of(document);
  const auto answered = answer_to(TrustRequest{text}, keys_).value();
  EXPECT_EQ(answered.line, "signed trust document 7 with the root key");
  const auto& signature = std::get<SignatureAnswer>(answered.answer).signature;
  EXPECT_TRUE(public_key(KeyName::root).verify(pae(trust_payload_type, text), signature));
}

TEST_F(AnswerTo, SaysWhichKeysAreHeld) {
  const auto answered = answer_to(KeysRequest{}, keys_).value();
  EXPECT_EQ(std::get<KeysAnswer>(answered.answer).keys.at(KeyName::build), public_key(KeyName::build));
  EXPECT_EQ(std::get<KeysAnswer>(answered.answer).keys.size(), 2u);
  EXPECT_EQ(answered.line, "");
}

struct Refused {
  std::string summary;
  Request request;
  ErrorKind kind;
  std::string message;
};

TEST_F(AnswerTo, RefusesTheRest) {
  const std::string no_subject = R"({"_type":"https://in-toto.io/Statement/v1","subject":[],)"
                                 R"("predicateType":"https://spdx.dev/Document","predicate":{}})";
  const std::string good = statement(predicate::spdx);
  const auto with = [&](std::string_view member) { return fmt::format("{{{},{}", member, good.substr(1)); };
  TrustDocument trust;
  trust.roots.push_back(public_key(KeyName::root));
  const std::vector<Refused> rows = {
      {"another type in other letters",
       StatementRequest{KeyName::build,
                        with(R"("PredicateType":"https://slsa.dev/verification_summary/v1")")},
       ErrorKind::invalid_input, "only in case"},
      {"a member that nobody knows", StatementRequest{KeyName::build, with(R"("more":1)")},
       ErrorKind::invalid_input, "canonical"},
      {"a blank", StatementRequest{KeyName::build, good + " "}, ErrorKind::invalid_input, "canonical"},
      {"a trust document with more in it",
       TrustRequest{fmt::format("{{\"Keys\":[],{}", text_of(trust).substr(1))}, ErrorKind::invalid_input,
       "canonical"},
      {"a type that forges a line of the journal",
       StatementRequest{KeyName::build, statement("https://example.org/x\nhauberk signer: signed y")},
       ErrorKind::invalid_input, "printable"},
      {"a type that is no URI", StatementRequest{KeyName::build, statement("spdx")}, ErrorKind::invalid_input,
       "URI"},
      {"bytes", StatementRequest{KeyName::build, "any bytes"}, ErrorKind::invalid_input, ""},
      {"another document", StatementRequest{KeyName::build, R"({"a":1})"}, ErrorKind::invalid_input, ""},
      {"a trust document as statement",
       StatementRequest{KeyName::root, statement("https://example.org/trust/v1")},
       ErrorKind::verification_failed, "root key may not"},
      {"an exception by the build key",
       StatementRequest{KeyName::build, statement("urn:x-hauberk:exception:v1")},
       ErrorKind::verification_failed, "the approval key may"},
      {"a key that is not held", StatementRequest{KeyName::approval, statement("urn:x-hauberk:exception:v1")},
       ErrorKind::not_found, "--key approval"},
      {"no subject", StatementRequest{KeyName::build, no_subject}, ErrorKind::invalid_input, "subject"},
      {"an image by the root",
       SimpleRequest{KeyName::root, Digest::of(std::string_view("an image")),
                     Reference::parse("app").value()},
       ErrorKind::verification_failed, "root key may not"},
      {"a statement as trust", TrustRequest{statement(predicate::spdx)}, ErrorKind::invalid_input, ""},
      {"bytes as trust", TrustRequest{"any bytes"}, ErrorKind::invalid_input, ""},
  };
  for (const auto& row : rows) {
    const auto answered = answer_to(row.request, keys_);
    ASSERT_FALSE(answered) << row.summary;
    EXPECT_EQ(answered.error().kind, row.kind) << row.summary << ": " << answered.error().message;
    EXPECT_THAT(answered.error().message, HasSubstr(row.message)) << row.summary;
  }
}

}  // namespace
}  // namespace hauberk
