// SPDX-License-Identifier: Apache-2.0
#include "facts/certificate.h"

#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view path = "etc/ssl/certs/ca-certificates.crt";

struct Made {
  std::string pem = {};
  std::string der = {};
};

// A self-signed certificate that ends at `not_after`.
Made make_certificate(const char* name, const char* not_after, const char* label = "CERTIFICATE") {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* x509 = X509_new();
  X509_set_version(x509, 2);
  ASN1_TIME_set_string(X509_getm_notBefore(x509), "20000101000000Z");
  ASN1_TIME_set_string(X509_getm_notAfter(x509), not_after);
  X509_NAME* subject = X509_get_subject_name(x509);
  X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>("Example, Inc."), -1, -1, 0);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name), -1,
                             -1, 0);
  X509_set_issuer_name(x509, subject);
  X509_set_pubkey(x509, key);
  X509_sign(x509, key, EVP_sha256());
  unsigned char* der = nullptr;
  const int size = i2d_X509(x509, &der);
  BIO* out = BIO_new(BIO_s_mem());
  PEM_write_bio(out, label, "", der, size);
  char* text = nullptr;
  const long length = BIO_get_mem_data(out, &text);
  Made made = {{text, static_cast<std::size_t>(length)},
               {reinterpret_cast<char*>(der), static_cast<std::size_t>(size)}};
  BIO_free(out);
  OPENSSL_free(der);
  X509_free(x509);
  EVP_PKEY_free(key);
  return made;
}

TEST(Certificates, OfABundle) {
  const Made one = make_certificate("Wurzel \xc3\x84", "20301231235959Z");
  const Made two = make_certificate("Two", "20600101000000Z", "TRUSTED CERTIFICATE");
  const std::string pem =
      "# One\n" + one.pem + "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n" + two.pem;
  const auto certificates = read_certificates(path, pem);
  ASSERT_TRUE(certificates) << certificates.error().message;
  EXPECT_THAT(*certificates, ElementsAre(Certificate{.file = std::string(path),
                                                     .subject = "CN=Wurzel \xc3\x84,O=Example\\, Inc.",
                                                     .sha256 = Digest::of(one.der),
                                                     .not_after = 1924991999},
                                         Certificate{.file = std::string(path),
                                                     .subject = "CN=Two,O=Example\\, Inc.",
                                                     .sha256 = Digest::of(two.der),
                                                     .not_after = 2840140800}));
}

TEST(Certificates, TextWithoutAnyHasNone) {
  for (const char* text : {"", "hello\n", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}) {
    const auto certificates = read_certificates(path, text);
    ASSERT_TRUE(certificates) << certificates.error().message;
    EXPECT_THAT(*certificates, IsEmpty());
  }
}

TEST(Certificates, WhatIsRefused) {
  const std::string good = make_certificate("One", "20301231235959Z").pem;
  const std::pair<std::string, const char*> rows[] = {
      {good.substr(0, good.size() - 40), "cut or is no PEM"},
      {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "no certificate"},
      {"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n", "cut or is no PEM"},
      {std::string(65 << 20, 'x'), "more than the 67108864"},
  };
  for (const auto& [pem, why] : rows) {
    const auto certificates = read_certificates(path, pem);
    ASSERT_FALSE(certificates) << why;
    EXPECT_THAT(certificates.error().message, HasSubstr(why));
  }
}

TEST(Certificates, Paths) {
  for (const char* good :
       {"etc/ssl/certs/ca-certificates.crt", "etc/ssl/cert.pem", "etc/pki/tls/certs/ca-bundle.crt",
        "usr/share/ca-certificates/mozilla/Example.crt", "usr/local/share/ca-certificates/own.crt"}) {
    EXPECT_TRUE(is_certificate_path(good)) << good;
  }
  for (const char* bad :
       {"etc/ssl/certs/java/cacerts", "etc/ssl/private/key.pem", "etc/ssl/openssl.cnf", "app/cert.pem"}) {
    EXPECT_FALSE(is_certificate_path(bad)) << bad;
  }
}

}  // namespace
}  // namespace hauberk
