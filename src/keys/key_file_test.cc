// SPDX-License-Identifier: Apache-2.0
#include "keys/key_file.h"

#include <gmock/gmock.h>

#include <chrono>
#include <vector>

#include "keys/pem.h"
#include "keys/sealed.h"
#include "keys/test_keys.h"

namespace hauberk {
namespace {

using test_keys::bytes_of;
using test_keys::secret;
using testing::HasSubstr;

constexpr ScryptCost quick{.n = 16, .r = 1, .p = 1};

TEST(KeyFile, IsReadAgain) {
  for (const auto kind : {KeyKind::ecdsa_p256, KeyKind::ed25519}) {
    const auto key = PrivateKey::generate(kind).value();
    const std::string text = encrypt_key(key, secret("open"), quick).value();
    EXPECT_TRUE(text.starts_with("-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n"));
    const auto again = decrypt_key(text, secret("open")).value();
    EXPECT_EQ(again.public_key(), key.public_key());
    EXPECT_NE(encrypt_key(key, secret("open"), quick).value(), text);  // another salt and nonce
  }
}

TEST(KeyFile, HasCosignsCost) {
  const auto key = PrivateKey::generate(KeyKind::ecdsa_p256).value();
  const std::string text = encrypt_key(key, secret("open")).value();
  const auto sealed = parse_sealed(parse_pem_block(text, "a key").value().bytes).value();
  EXPECT_EQ(sealed.cost.n, 65536u);
  EXPECT_EQ(sealed.cost.r, 8u);
  EXPECT_EQ(sealed.cost.p, 1u);
  EXPECT_TRUE(decrypt_key(text, secret("open")));
}

TEST(KeyFile, ReadsWhatOthersWrote) {
  const auto key = decrypt_key(test_keys::foreign_file, secret(test_keys::foreign_passphrase)).value();
  EXPECT_EQ(key.public_key().der(), bytes_of(test_keys::foreign_public));
  std::string older(test_keys::foreign_file);
  for (auto at = older.find("SIGSTORE"); at != older.npos; at = older.find("SIGSTORE"))
    older.replace(at, 8, "COSIGN");
  EXPECT_EQ(decrypt_key(older, secret(test_keys::foreign_passphrase)).value().public_key(), key.public_key());
}

TEST(KeyFile, AnEmptyPassphraseIsOne) {
  const auto key = PrivateKey::generate(KeyKind::ed25519).value();
  const std::string text = encrypt_key(key, secret(""), quick).value();
  EXPECT_TRUE(decrypt_key(text, secret("")));
  EXPECT_FALSE(decrypt_key(text, secret("x")));
}

TEST(KeyFile, RefusesAWrongPassphrase) {
  const auto key = decrypt_key(test_keys::foreign_file, secret("correct house"));
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().kind, ErrorKind::verification_failed);
  EXPECT_THAT(key.error().message, HasSubstr("passphrase is wrong"));
}

TEST(KeyFile, RefusesAlteredBytes) {
  const auto good = seal(bytes_of(test_keys::p256_pkcs8), secret("open"), quick).value();
  ASSERT_TRUE(unseal(good, secret("open")));
  for (const auto part : {&Sealed::salt, &Sealed::nonce, &Sealed::ciphertext}) {
    auto altered = good;
    char& last = (altered.*part).back();
    last = static_cast<char>(last ^ 1);
    EXPECT_EQ(unseal(altered, secret("open")).error().kind, ErrorKind::verification_failed);
  }
}

struct Refused {
  std::string summary;
  std::string json;
  ErrorKind kind;
  std::string message;
};

std::string json_with(const std::string& params, const std::string& kdf = "scrypt",
                      const std::string& cipher = "nacl/secretbox", std::size_t salt = 32,
                      std::size_t nonce = 24, std::size_t ciphertext = 100) {
  const std::string kdf_json = fmt::format(R"({{"name":"{}","params":{},"salt":"{}"}})", kdf, params,
                                           base64_of(std::string(salt, 's')));
  const std::string cipher_json =
      fmt::format(R"({{"name":"{}","nonce":"{}"}})", cipher, base64_of(std::string(nonce, 'n')));
  return fmt::format(R"({{"kdf":{},"cipher":{},"ciphertext":"{}"}})", kdf_json, cipher_json,
                     base64_of(std::string(ciphertext, 'c')));
}

const std::string usual = R"({"N":65536,"r":8,"p":1})";

// Each of them at once, and without the memory: the most of them would take more than this machine has.
TEST(KeyFile, RefusesAbsurdCosts) {
  const std::vector<Refused> rows = {
      {"N is huge", json_with(R"({"N":1099511627776,"r":8,"p":1})"), ErrorKind::limit_exceeded, "cost"},
      {"N overflows", json_with(R"({"N":9223372036854775808,"r":2,"p":1})"), ErrorKind::limit_exceeded,
       "cost"},
      {"r is huge", json_with(R"({"N":2,"r":4294967297,"p":1})"), ErrorKind::limit_exceeded, "cost"},
      {"p is huge", json_with(R"({"N":65536,"r":8,"p":4294967296})"), ErrorKind::limit_exceeded, "cost"},
      {"p takes hours", json_with(R"({"N":65536,"r":8,"p":10000})"), ErrorKind::limit_exceeded, "time"},
      {"one above the limit", json_with(R"({"N":524288,"r":8,"p":1})"), ErrorKind::limit_exceeded, "256 MiB"},
      {"N is no power of two", json_with(R"({"N":65535,"r":8,"p":1})"), ErrorKind::invalid_input,
       "power of two"},
      {"N is one", json_with(R"({"N":1,"r":8,"p":1})"), ErrorKind::invalid_input, "power of two"},
      {"N is zero", json_with(R"({"N":0,"r":8,"p":1})"), ErrorKind::invalid_input, "zero"},
      {"r is zero", json_with(R"({"N":16,"r":0,"p":1})"), ErrorKind::invalid_input, "zero"},
      {"p is zero", json_with(R"({"N":16,"r":8,"p":0})"), ErrorKind::invalid_input, "zero"},
      {"N is negative", json_with(R"({"N":-16,"r":8,"p":1})"), ErrorKind::invalid_input, "whole number"},
      {"N is a fraction", json_with(R"({"N":16.5,"r":8,"p":1})"), ErrorKind::invalid_input, "whole number"},
      {"N is missing", json_with(R"({"r":8,"p":1})"), ErrorKind::invalid_input, "\"N\""},
  };
  const auto start = std::chrono::steady_clock::now();
  for (const auto& row : rows) {
    const auto key = decrypt_key(pem_text("ENCRYPTED SIGSTORE PRIVATE KEY", row.json), secret("x"));
    ASSERT_FALSE(key) << row.summary;
    EXPECT_EQ(key.error().kind, row.kind) << row.summary << ": " << key.error().message;
    EXPECT_THAT(key.error().message, HasSubstr(row.message)) << row.summary;
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
  EXPECT_TRUE(parse_sealed(json_with(R"({"N":262144,"r":8,"p":1})")));  // the limit itself
}

TEST(KeyFile, RefusesOtherForms) {
  const std::vector<Refused> rows = {
      {"another kdf", json_with(usual, "argon2id"), ErrorKind::unsupported, "argon2id"},
      {"another cipher", json_with(usual, "scrypt", "aes"), ErrorKind::unsupported, "aes"},
      {"a short salt", json_with(usual, "scrypt", "nacl/secretbox", 8), ErrorKind::invalid_input, "salt"},
      {"a short nonce", json_with(usual, "scrypt", "nacl/secretbox", 32, 8), ErrorKind::invalid_input,
       "nonce"},
      {"no ciphertext", json_with(usual, "scrypt", "nacl/secretbox", 32, 24, 3), ErrorKind::invalid_input,
       "3 bytes"},
      {"a long ciphertext", json_with(usual, "scrypt", "nacl/secretbox", 32, 24, 17'000),
       ErrorKind::invalid_input, "17000"},
      {"a key twice", R"({"kdf":{},"kdf":{}})", ErrorKind::invalid_input, "twice"},
      {"a list", "[]", ErrorKind::invalid_input, "object"},
      {"nothing", "", ErrorKind::invalid_input, "JSON"},
      {"deep", std::string(100, '['), ErrorKind::limit_exceeded, "deeper"},
  };
  for (const auto& row : rows) {
    const auto sealed = parse_sealed(row.json);
    ASSERT_FALSE(sealed) << row.summary;
    EXPECT_EQ(sealed.error().kind, row.kind) << row.summary << ": " << sealed.error().message;
    EXPECT_THAT(sealed.error().message, HasSubstr(row.message)) << row.summary;
  }
  const auto plain = decrypt_key(pem_text("PRIVATE KEY", bytes_of(test_keys::p256_pkcs8)), secret("x"));
  EXPECT_EQ(plain.error().kind, ErrorKind::unsupported);
  EXPECT_THAT(plain.error().message, HasSubstr("import-key-pair"));
  const auto public_key = decrypt_key(pem_text("PUBLIC KEY", bytes_of(test_keys::p256_public)), secret("x"));
  EXPECT_THAT(public_key.error().message, HasSubstr("public key"));
}

// The passphrase was right, so what is inside came from its owner: it still has to be a key.
TEST(KeyFile, RefusesWhatIsNoKeyInside) {
  const auto sealed = seal("no key at all", secret("x"), quick).value();
  const auto key = decrypt_key(pem_text("ENCRYPTED SIGSTORE PRIVATE KEY", text_of(sealed)), secret("x"));
  EXPECT_EQ(key.error().kind, ErrorKind::invalid_input);
}

}  // namespace
}  // namespace hauberk
