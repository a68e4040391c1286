// SPDX-License-Identifier: Apache-2.0
#include "keys/public_key.h"

#include <gmock/gmock.h>

#include <vector>

#include "keys/test_keys.h"

namespace hauberk {
namespace {

using test_keys::bytes_of;
using test_keys::bytes_of_hex;
using testing::HasSubstr;

PublicKey key_of(std::string_view base64) { return PublicKey::parse_der(bytes_of(base64)).value(); }

std::string pem_of(std::string_view base64) {
  return fmt::format("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", base64);
}

TEST(PublicKey, ReadsBothKinds) {
  EXPECT_EQ(key_of(test_keys::p256_public).kind(), KeyKind::ecdsa_p256);
  EXPECT_EQ(key_of(test_keys::ed25519_public).kind(), KeyKind::ed25519);
  for (const auto text : {test_keys::p256_public, test_keys::ed25519_public}) {
    const auto key = key_of(text);
    EXPECT_EQ(key.der(), bytes_of(text));
    EXPECT_EQ(PublicKey::parse_pem(key.pem()).value(), key);
    EXPECT_EQ(parse_key_kind(name_of(key.kind())).value(), key.kind());
  }
  EXPECT_FALSE(parse_key_kind("rsa"));
}

TEST(PublicKey, IsNamedByItsHash) {
  const auto key = key_of(test_keys::ed25519_public);
  const std::string hex = key.fingerprint().substr(std::string_view("sha256:").size());
  EXPECT_EQ(hex.size(), 64u);
  EXPECT_EQ(parse_base64(key.hint()).value(), bytes_of_hex(hex));
}

struct RefusedKey {
  std::string summary;
  std::string der;
  ErrorKind kind;
  std::string message;
};

std::string changed(std::string_view base64, std::size_t at, char to) {
  std::string bytes = bytes_of(base64);
  bytes.at(at) = to;
  return bytes;
}

TEST(PublicKey, RefusesOthers) {
  const std::string p256 = bytes_of(test_keys::p256_public);
  const std::string ed25519 = bytes_of(test_keys::ed25519_public);
  const std::vector<RefusedKey> rows = {
      {"an RSA key", bytes_of(test_keys::rsa_public), ErrorKind::unsupported, "RSA"},
      {"P-384", bytes_of(test_keys::p384_public), ErrorKind::unsupported, "P-384"},
      {"secp256k1", bytes_of(test_keys::secp256k1_public), ErrorKind::unsupported, "secp256k1"},
      {"a compressed point", bytes_of(test_keys::compressed_public), ErrorKind::unsupported, "compressed"},
      {"a point beside the curve", changed(test_keys::p256_public, 90, '\x01'), ErrorKind::invalid_input,
       "curve"},
      {"a hybrid point", changed(test_keys::p256_public, 26, '\x06'), ErrorKind::invalid_input, "curve"},
      {"unused bits", changed(test_keys::p256_public, 25, '\x01'), ErrorKind::invalid_input, "whole bytes"},
      {"the neutral element of Ed25519", ed25519.substr(0, 12) + '\x01' + std::string(31, '\0'),
       ErrorKind::invalid_input, "Ed25519"},
      {"no point of Ed25519", ed25519.substr(0, 12) + std::string(32, '\xff'), ErrorKind::invalid_input,
       "Ed25519"},
      {"cut short", p256.substr(0, 50), ErrorKind::invalid_input, "cut short"},
      {"a byte too many", p256 + '\0', ErrorKind::invalid_input, "follows"},
      {"a long form of a length", std::string("\x30\x81\x59") + p256.substr(2), ErrorKind::invalid_input,
       "longer"},
      {"an indefinite length", std::string("\x30\x80") + p256.substr(2), ErrorKind::invalid_input, "length"},
      {"nothing", "", ErrorKind::invalid_input, "cut short"},
  };
  for (const auto& row : rows) {
    const auto key = PublicKey::parse_der(row.der);
    ASSERT_FALSE(key) << row.summary;
    EXPECT_EQ(key.error().kind, row.kind) << row.summary << ": " << key.error().message;
    EXPECT_THAT(key.error().message, HasSubstr(row.message)) << row.summary;
  }
}

TEST(PublicKey, RefusesOtherPem) {
  const std::string good = pem_of(test_keys::ed25519_public);
  EXPECT_TRUE(PublicKey::parse_pem(good));
  EXPECT_TRUE(PublicKey::parse_pem("\n " + good + "\n\n"));
  EXPECT_TRUE(PublicKey::parse_pem(good.substr(0, good.size() - 1)));
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"", "begin"},
      {"ssh-ed25519 AAAA example", "begin"},
      {good + good, "more than one"},
      {"a comment\n" + good, "begin"},
      {good + "more", "does not end"},
      {"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "private key"},
      {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "CERTIFICATE"},
      {"-----BEGIN PUBLIC KEY-----\nAA*A\n-----END PUBLIC KEY-----\n", "letter"},
      {"-----BEGIN PUBLIC KEY-----\n\n-----END PUBLIC KEY-----\n", "cut short"},
      {"-----BEGIN PUBLIC KEY-----", "does not end"},
      {"-----BEGIN -----", "first line"},
      {"-----BEGIN PUBLIC KEY-----\nProc-Type: 4\n\nAAAA\n-----END PUBLIC KEY-----\n", "block"},
  };
  for (const auto& [text, message] : rows) {
    const auto key = PublicKey::parse_pem(text);
    ASSERT_FALSE(key) << text;
    EXPECT_THAT(key.error().message, HasSubstr(message)) << text;
  }
  EXPECT_EQ(PublicKey::parse_pem(std::string(100'000, 'A')).error().kind, ErrorKind::limit_exceeded);
}

TEST(PublicKey, VerifiesWhatOthersSigned) {
  const auto key = key_of(test_keys::foreign_public);
  const std::string signature = bytes_of(test_keys::foreign_signature);
  EXPECT_TRUE(key.verify(test_keys::foreign_message, signature));
  // ECDSA knows two signatures of each: so a signature names nothing, and nobody may count on its bytes.
  EXPECT_TRUE(key.verify(test_keys::foreign_message, bytes_of(test_keys::foreign_twin)));
}

struct RefusedSignature {
  std::string summary;
  std::string signature;
};

TEST(PublicKey, RefusesWhatIsNoSignature) {
  const auto key = key_of(test_keys::foreign_public);
  const std::string good = bytes_of(test_keys::foreign_signature);
  // SEQUENCE { INTEGER r (32 bytes), INTEGER s (32 bytes) }
  const std::string r = good.substr(2, 34), s = good.substr(36);
  std::string flipped = good;
  flipped[20] = static_cast<char>(flipped[20] ^ 1);
  const std::vector<RefusedSignature> rows = {
      {"nothing", ""},
      {"a bit changed", flipped},
      {"r and s exchanged", good.substr(0, 2) + s + r},
      {"a byte too many", good + '\0'},
      {"a byte too few", good.substr(0, good.size() - 1)},
      {"a long form of the length", std::string("\x30\x81\x44") + r + s},
      {"an indefinite length", std::string("\x30\x80") + r + s + std::string(2, '\0')},
      {"a padded integer", std::string("\x30\x45\x02\x21\x00", 5) + r.substr(2) + s},
      {"r is zero", std::string("\x30\x25\x02\x01\x00", 5) + s},
      {"both are zero", std::string("\x30\x06\x02\x01\x00\x02\x01\x00", 8)},
      {"without DER", r.substr(2) + s.substr(2)},
  };
  for (const auto& row : rows) {
    const auto status = key.verify(test_keys::foreign_message, row.signature);
    ASSERT_FALSE(status) << row.summary;
    EXPECT_EQ(status.error().kind, ErrorKind::verification_failed) << row.summary;
  }
  EXPECT_FALSE(key.verify("another message", good));
  EXPECT_FALSE(key_of(test_keys::p256_public).verify(test_keys::foreign_message, good));
  EXPECT_FALSE(key_of(test_keys::ed25519_public).verify(test_keys::foreign_message, good));
}

// The order of Ed25519's group, added to s: the equation still holds, and RFC 8032 refuses it.
TEST(PublicKey, RefusesTheTwinOfEd25519) {
  const auto private_key =
      PrivateKey::parse_pkcs8(test_keys::secret(bytes_of(test_keys::ed25519_pkcs8))).value();
  std::string signature = private_key.sign("a message").value();
  ASSERT_TRUE(private_key.public_key().verify("a message", signature));
  const std::string order = bytes_of_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  int carry = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const int sum =
        static_cast<unsigned char>(signature[32 + i]) + static_cast<unsigned char>(order[i]) + carry;
    signature[32 + i] = static_cast<char>(sum & 0xff);
    carry = sum >> 8;
  }
  EXPECT_FALSE(private_key.public_key().verify("a message", signature));
}

}  // namespace
}  // namespace hauberk
