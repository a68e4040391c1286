// SPDX-License-Identifier: Apache-2.0
#include "attest/bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hauberk {
namespace {

using testing::HasSubstr;

constexpr std::string_view envelope =
    R"("dsseEnvelope":{"payload":"cA==","payloadType":"t","signatures":[{"sig":"cw=="}]})";
constexpr std::string_view key = R"({"publicKey":{"hint":"h"}})";

std::string bundle(std::string_view material, std::string_view content,
                   std::string_view type = bundle_media_type) {
  return fmt::format(R"({{"mediaType":"{}","verificationMaterial":{},{}}})", type, material, content);
}

TEST(Bundle, IsWrittenAsSigstoreHasIt) {
  const Bundle written{"h", Envelope{"t", "p", {{"", "s"}}}};
  EXPECT_EQ(text_of(written),
            R"({"dsseEnvelope":{"payload":"cA==","payloadType":"t","signatures":[{"sig":"cw=="}]},)"
            R"("mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json",)"
            R"("verificationMaterial":{"publicKey":{"hint":"h"}}})");
  const auto read = parse_bundle(text_of(written));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, written);
}

TEST(Bundle, SignaturesOfMessagesAreCarried) {
  for (const auto algorithm : {Digest::Algorithm::sha256, Digest::Algorithm::sha512}) {
    const Bundle written{"", MessageSignature{Digest::of("bytes", algorithm), "s"}};
    const auto read = parse_bundle(text_of(written));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, written);
  }
  const auto unknown =
      parse_bundle(bundle(key,
                          R"("messageSignature":{"messageDigest":{"algorithm":"SHA3_256","digest":"aaaa"},)"
                          R"("signature":"cw=="})"));
  ASSERT_TRUE(unknown) << unknown.error().message;
  EXPECT_FALSE(std::get<MessageSignature>(unknown->content).digest);
}

TEST(Bundle, ReadsAllVersions) {
  for (const std::string type :
       {"application/vnd.dev.sigstore.bundle+json;version=0.1",
        "application/vnd.dev.sigstore.bundle+json;version=0.2",
        "application/vnd.dev.sigstore.bundle+json;version=0.3",
        "application/vnd.dev.sigstore.bundle.v0.3+json", "application/vnd.dev.sigstore.bundle.v0.3.2+json"}) {
    EXPECT_TRUE(is_bundle_media_type(type)) << type;
    EXPECT_TRUE(parse_bundle(bundle(key, envelope, type))) << type;
  }
}

TEST(Bundle, OthersMaterialIsCarriedAndTold) {
  struct Row {
    std::string summary, material;
    bool by_certificate;
  };
  const Row rows[] = {
      {"key and log", R"({"publicKey":{"hint":""},"tlogEntries":[{"logIndex":"1"}]})", false},
      {"key, certificate null", R"({"certificate":null,"publicKey":{"hint":"h"}})", false},
      {"key without hint", R"({"publicKey":{}})", false},
      {"certificate", R"({"certificate":{"rawBytes":"aaaa"},"tlogEntries":[]})", true},
      {"chain", R"({"x509CertificateChain":{"certificates":[]}})", true},
  };
  for (const Row& row : rows) {
    const auto read = parse_bundle(bundle(row.material, envelope));
    ASSERT_TRUE(read) << row.summary << ": " << read.error().message;
    EXPECT_EQ(read->by_certificate(), row.by_certificate) << row.summary;
    const auto again = parse_bundle(text_of(*read));
    ASSERT_TRUE(again) << row.summary << ": " << again.error().message;
    EXPECT_EQ(*again, *read) << row.summary;
  }
}

TEST(Bundle, RefusesWhatIsWrong) {
  struct Row {
    std::string summary, text;
    ErrorKind kind;
    std::string message;
  };
  const std::string two = R"("dsseEnvelope":{"payload":"","payloadType":"t","signatures":[)"
                          R"({"sig":"cw=="},{"sig":"cw=="}]})";
  const auto bad = ErrorKind::invalid_input;
  const Row rows[] = {
      {"empty", "", bad, "JSON"},
      {"truncated", bundle(key, envelope).substr(0, 120), bad, "JSON"},
      {"a list", "[]", bad, "not a JSON object"},
      {"duplicate envelope", bundle(key, fmt::format("{},{}", envelope, envelope)), bad, "twice"},
      {"no type", R"({"verificationMaterial":{}})", bad, "mediaType"},
      {"a later version", bundle(key, envelope, "application/vnd.dev.sigstore.bundle.v0.4+json"),
       ErrorKind::unsupported, "v0.4"},
      {"another type", bundle(key, envelope, "application/json"), ErrorKind::unsupported, "application/json"},
      {"no material", bundle("null", envelope), bad, "verificationMaterial"},
      {"neither key nor certificate", bundle("{}", envelope), bad, "either"},
      {"key and certificate", bundle(R"({"publicKey":{},"certificate":{}})", envelope), bad, "either"},
      {"key no object", bundle(R"({"publicKey":1})", envelope), bad, "publicKey"},
      {"hint no text", bundle(R"({"publicKey":{"hint":1}})", envelope), bad, "hint"},
      {"long hint",
       bundle(fmt::format(R"({{"publicKey":{{"hint":"{}"}}}})", std::string(1025, 'h')), envelope),
       ErrorKind::limit_exceeded, "hint"},
      {"no content", bundle(key, R"("x":1)"), bad, "either"},
      {"both contents, well formed",
       bundle(key, fmt::format(R"({},"messageSignature":{{"signature":"cw=="}})", envelope)), bad, "either"},
      {"two signatures", bundle(key, two), bad, "2 signatures"},
      {"envelope no object", bundle(key, R"("dsseEnvelope":[])"), bad, "not a JSON object"},
      {"message no object", bundle(key, R"("messageSignature":[])"), bad, "not an object"},
      {"empty message signature", bundle(key, R"("messageSignature":{"signature":""})"), bad, "empty"},
      {"message digest no object",
       bundle(key, R"("messageSignature":{"signature":"cw==","messageDigest":1})"), bad, "messageDigest"},
      {"deep", bundle(key, R"("x":)" + std::string(40, '[') + std::string(40, ']')),
       ErrorKind::limit_exceeded, "deeper"},
  };
  for (const Row& row : rows) {
    const auto read = parse_bundle(row.text);
    ASSERT_FALSE(read) << row.summary;
    EXPECT_EQ(read.error().kind, row.kind) << row.summary << ": " << read.error().message;
    EXPECT_THAT(read.error().message, HasSubstr(row.message)) << row.summary;
  }
}

}  // namespace
}  // namespace hauberk
