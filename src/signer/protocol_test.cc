// SPDX-License-Identifier: Apache-2.0
#include "signer/protocol.h"

#include <gmock/gmock.h>

#include <vector>

namespace hauberk {
namespace {

using testing::HasSubstr;

const std::string digest_text = "sha256:" + std::string(64, 'a');

TEST(Protocol, RequestsAreReadAgain) {
  const std::vector<Request> requests = {
      KeysRequest{},
      StatementRequest{KeyName::approval, R"({"_type":"..."})"},
      SimpleRequest{KeyName::build, Digest::parse(digest_text).value(),
                    Reference::parse("example.org/app").value()},
      TrustRequest{"{}"},
  };
  for (const Request& request : requests) EXPECT_EQ(parse_request(message_of(request)).value(), request);
}

TEST(Protocol, AnswersAreReadAgain) {
  const auto key = PrivateKey::generate(KeyKind::ecdsa_p256).value().public_key();
  const std::vector<Answer> answers = {KeysAnswer{{{KeyName::build, key}}}, KeysAnswer{},
                                       SignatureAnswer{std::string("\0\xff", 2), "payload"}};
  for (const Answer& answer : answers)
    EXPECT_EQ(parse_answer(message_of(Result<Answer>(answer))).value(), answer);
}

TEST(Protocol, ErrorsKeepTheirKind) {
  for (const auto kind : {ErrorKind::verification_failed, ErrorKind::network, ErrorKind::limit_exceeded}) {
    const Result<Answer> refused = fail(kind, "cannot do that: it is wrong");
    EXPECT_EQ(parse_answer(message_of(refused)).error(), refused.error());
  }
  const auto of_a_later_version =
      parse_answer({{{"error", {{"kind", "weather"}, {"message", "it rains"}}}}, ""});
  EXPECT_EQ(of_a_later_version.error(), (Error{ErrorKind::unsupported, "it rains"}));
}

struct Refused {
  std::string summary;
  Message message;
  ErrorKind kind;
  std::string text;
};

TEST(Protocol, RefusesOtherRequests) {
  const std::vector<Refused> rows = {
      {"nothing", {}, ErrorKind::invalid_input, "\"request\""},
      {"bytes to sign",
       {{{"request", "sign"}, {"key", "build"}}, "bytes"},
       ErrorKind::unsupported,
       "\"sign\""},
      {"another key",
       {{{"request", "sign_statement"}, {"key", "admin"}}, "{}"},
       ErrorKind::invalid_input,
       "admin"},
      {"no key", {{{"request", "sign_statement"}}, "{}"}, ErrorKind::invalid_input, "\"key\""},
      {"a wish that is not known",
       {{{"request", "sign_statement"}, {"key", "build"}, {"only_until", "2026-01-01"}}, "{}"},
       ErrorKind::unsupported,
       "only_until"},
      {"a payload to a simple one",
       {{{"request", "sign_simple"}, {"key", "build"}, {"digest", digest_text}, {"reference", "app"}},
        "payload"},
       ErrorKind::invalid_input,
       "bytes"},
      {"no digest",
       {{{"request", "sign_simple"}, {"key", "build"}, {"digest", "latest"}, {"reference", "app"}}, ""},
       ErrorKind::invalid_input,
       "digest"},
      {"a reference that is none",
       {{{"request", "sign_simple"}, {"key", "build"}, {"digest", digest_text}, {"reference", "../app"}}, ""},
       ErrorKind::invalid_input,
       ""},
      {"trust by a key of choice",
       {{{"request", "sign_trust"}, {"key", "build"}}, "{}"},
       ErrorKind::unsupported,
       "key"},
  };
  for (const auto& row : rows) {
    const auto request = parse_request(row.message);
    ASSERT_FALSE(request) << row.summary;
    EXPECT_EQ(request.error().kind, row.kind) << row.summary << ": " << request.error().message;
    EXPECT_THAT(request.error().message, HasSubstr(row.text)) << row.summary;
  }
}

TEST(Protocol, RefusesOtherAnswers) {
  for (const Message& message : std::vector<Message>{
           {},
           {{{"signature", "not base64"}}, ""},
           {{{"keys", {{"build", "no PEM"}}}}, ""},
           {{{"keys", {{"admin", "x"}}}}, ""},
           {{{"error", "a word"}}, ""},
           {{{"signature", "AAAA"}, {"keys", Json::object()}, {"more", 1}}, ""},
       }) {
    EXPECT_FALSE(parse_answer(message)) << canonical_json(message.header);
  }
}

}  // namespace
}  // namespace hauberk
