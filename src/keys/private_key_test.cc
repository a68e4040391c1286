// SPDX-License-Identifier: Apache-2.0
#include "keys/private_key.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>
#include <vector>

#include "keys/test_keys.h"

namespace hauberk {
namespace {

using test_keys::bytes_of;
using test_keys::bytes_of_hex;
using test_keys::secret;
using testing::HasSubstr;

constexpr std::string_view ed25519_begin = "302e020100300506032b657004220420";

struct Rfc8032 {
  std::string summary;
  std::string seed;
  std::string public_key;
  std::string message;
  std::string signature;
};

// RFC 8032, section 7.1.
const std::vector<Rfc8032> rfc8032 = {
    {"TEST 1", "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f"
     "0595bbe24"
     "655141438e7a100b"},
    {"TEST 2", "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2ea"
     "eb4302aee"
     "b00d291612bb0c00"},
    {"TEST 3", "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e"
     "9716ed28d"
     "c027beceea1ec40a"},
};

TEST(PrivateKey, SignsAsRfc8032Says) {
  for (const auto& row : rfc8032) {
    const auto key =
        PrivateKey::parse_pkcs8(secret(bytes_of_hex(std::string(ed25519_begin) + row.seed))).value();
    EXPECT_TRUE(key.public_key().der().ends_with(bytes_of_hex(row.public_key))) << row.summary;
    const std::string message = bytes_of_hex(row.message);
    EXPECT_EQ(key.sign(message).value(), bytes_of_hex(row.signature)) << row.summary;
    EXPECT_TRUE(key.public_key().verify(message, bytes_of_hex(row.signature))) << row.summary;
  }
}

TEST(PrivateKey, ReadsAndWritesWhatOpensslDoes) {
  const auto p256 = PrivateKey::parse_pkcs8(secret(bytes_of(test_keys::p256_pkcs8))).value();
  EXPECT_EQ(p256.public_key().der(), bytes_of(test_keys::p256_public));
  EXPECT_EQ(p256.pkcs8().value().view(), bytes_of(test_keys::p256_pkcs8));
  const auto ed25519 = PrivateKey::parse_pkcs8(secret(bytes_of(test_keys::ed25519_pkcs8))).value();
  EXPECT_EQ(ed25519.public_key().der(), bytes_of(test_keys::ed25519_public));
  EXPECT_EQ(ed25519.pkcs8().value().view(), bytes_of(test_keys::ed25519_pkcs8));
}

TEST(PrivateKey, MakesKeysThatSign) {
  for (const auto kind : {KeyKind::ecdsa_p256, KeyKind::ed25519}) {
    const auto key = PrivateKey::generate(kind).value();
    EXPECT_EQ(key.public_key().kind(), kind);
    const std::string signature = key.sign("a message").value();
    EXPECT_TRUE(key.public_key().verify("a message", signature));
    EXPECT_FALSE(key.public_key().verify("a massage", signature));
    const auto again = PrivateKey::parse_pkcs8(key.pkcs8().value()).value();
    EXPECT_EQ(again.public_key(), key.public_key());
    EXPECT_TRUE(key.public_key().verify("another", again.sign("another").value()));
    EXPECT_NE(PrivateKey::generate(kind).value().public_key(), key.public_key());
  }
}

TEST(PrivateKey, SignsFromSeveralThreads) {
  const auto key = PrivateKey::generate(KeyKind::ecdsa_p256).value();
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 20; ++j)
        good += key.public_key().verify("a message", key.sign("a message").value()).has_value();
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 80);
}

struct Accepted {
  std::string summary;
  std::string der;
};

std::string p256_scalar() { return bytes_of(test_keys::p256_pkcs8).substr(36, 32); }

TEST(PrivateKey, ReadsOtherSpellings) {
  const std::string scalar = p256_scalar();
  const std::string algorithm = bytes_of_hex("301306072a8648ce3d020106082a8648ce3d030107");
  const std::string curve = bytes_of_hex("a00a06082a8648ce3d030107");
  const auto document = [&](const std::string& inner, const std::string& after = "") {
    const std::string key = bytes_of_hex("020101") + bytes_of_hex("0420") + scalar + inner;
    const std::string sequence = "\x30" + std::string(1, static_cast<char>(key.size())) + key;
    const std::string octets = "\x04" + std::string(1, static_cast<char>(sequence.size())) + sequence;
    const std::string all = bytes_of_hex("020100") + algorithm + octets + after;
    return "\x30" + std::string(1, static_cast<char>(all.size())) + all;
  };
  const std::vector<Accepted> rows = {
      {"without the public key", document("")},
      {"with the curve named again", document(curve)},
      {"with attributes", document("", bytes_of_hex("a000"))},
  };
  for (const auto& row : rows) {
    const auto key = PrivateKey::parse_pkcs8(secret(row.der));
    ASSERT_TRUE(key) << row.summary << ": " << key.error().message;
    EXPECT_EQ(key->public_key().der(), bytes_of(test_keys::p256_public)) << row.summary;
    EXPECT_EQ(key->pkcs8().value().view(), bytes_of(test_keys::p256_pkcs8)) << row.summary;
  }
}

struct Refused {
  std::string summary;
  std::string der;
  ErrorKind kind;
  std::string message;
};

std::string p256_with(std::size_t at, const std::string& bytes) {
  return bytes_of(test_keys::p256_pkcs8).replace(at, bytes.size(), bytes);
}

TEST(PrivateKey, RefusesOthers) {
  const std::string order = bytes_of_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  const std::string good = bytes_of(test_keys::p256_pkcs8);
  const std::vector<Refused> rows = {
      {"the scalar zero", p256_with(36, std::string(32, '\0')), ErrorKind::invalid_input, "P-256"},
      {"the order as scalar", p256_with(36, order), ErrorKind::invalid_input, "P-256"},
      {"another key's point", p256_with(73 + 10, "\x01\x02"), ErrorKind::invalid_input,
       "another private key"},
      {"version 2", p256_with(5, "\x02"), ErrorKind::invalid_input, "version"},
      {"cut short", good.substr(0, 60), ErrorKind::invalid_input, "cut short"},
      {"a byte too many", good + '\0', ErrorKind::invalid_input, "follows"},
      {"a public key", bytes_of(test_keys::p256_public), ErrorKind::invalid_input, "kind"},
      {"nothing", "", ErrorKind::invalid_input, "cut short"},
      {"far too long", std::string(10'000, '\x30'), ErrorKind::invalid_input, "too long"},
      {"a short seed", bytes_of_hex("302d020100300506032b65700421041f") + std::string(31, 'x'),
       ErrorKind::invalid_input, "32 bytes"},
      {"X25519", bytes_of_hex("302e020100300506032b656e04220420") + std::string(32, 'x'),
       ErrorKind::unsupported, "X25519"},
  };
  for (const auto& row : rows) {
    const auto key = PrivateKey::parse_pkcs8(secret(row.der));
    ASSERT_FALSE(key) << row.summary;
    EXPECT_EQ(key.error().kind, row.kind) << row.summary << ": " << key.error().message;
    EXPECT_THAT(key.error().message, HasSubstr(row.message)) << row.summary;
  }
}

}  // namespace
}  // namespace hauberk
