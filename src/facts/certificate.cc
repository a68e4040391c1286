// SPDX-License-Identifier: Apache-2.0
#include "facts/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>
#include <optional>

#include "base/free_by.h"

namespace hauberk {
namespace {

constexpr std::size_t most_certificates = 10'000;
constexpr std::size_t largest_certificate = 1 << 20;
constexpr std::size_t most_bytes = 64 << 20;

using Bio = std::unique_ptr<BIO, FreeBy<BIO_free_all>>;
using X509Pointer = std::unique_ptr<X509, FreeBy<X509_free>>;

// The text form of a name as RFC 4514 has it, in UTF-8.
std::string text_of(const X509_NAME* name) {
  const Bio out(BIO_new(BIO_s_mem()));
  constexpr unsigned long flags = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;
  if (out == nullptr || X509_NAME_print_ex(out.get(), name, 0, flags) < 0) return {};
  const char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::optional<std::int64_t> seconds_of(const ASN1_TIME* time) {
  std::tm fields = {};
  if (ASN1_TIME_to_tm(time, &fields) != 1) return std::nullopt;
  using namespace std::chrono;
  const year_month_day day{year(fields.tm_year + 1900), month(static_cast<unsigned>(fields.tm_mon + 1)),
                           std::chrono::day(static_cast<unsigned>(fields.tm_mday))};
  const auto time_of_day = hours(fields.tm_hour) + minutes(fields.tm_min) + seconds(fields.tm_sec);
  return (sys_days(day) + time_of_day).time_since_epoch().count();
}

// Of a "trusted certificate", what follows the certificate itself is not part of it.
Result<Certificate> certificate_of(std::string_view path, std::span<const unsigned char> der) {
  const unsigned char* end = der.data();
  const X509Pointer x509(d2i_X509(nullptr, &end, static_cast<long>(der.size())));
  ERR_clear_error();
  if (x509 == nullptr) return fail(ErrorKind::invalid_input, "a block that is no certificate");
  const auto not_after = seconds_of(X509_get0_notAfter(x509.get()));
  ERR_clear_error();
  if (!not_after) return fail(ErrorKind::invalid_input, "a certificate whose end is no time");
  const auto own = std::as_bytes(der.first(static_cast<std::size_t>(end - der.data())));
  return Certificate{.file = std::string(path),
                     .subject = text_of(X509_get_subject_name(x509.get())),
                     .sha256 = Digest::of(own),
                     .not_after = *not_after};
}

// One block of a PEM file.
class Block {
 public:
  Block() = default;
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  ~Block() {
    OPENSSL_free(name_);
    OPENSSL_free(header_);
    OPENSSL_free(data_);
  }

  // False at the end of the text.
  Result<bool> read(BIO* in) {
    if (PEM_read_bio(in, &name_, &header_, &data_, &size_) == 1) return true;
    const bool is_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    if (is_end) return false;
    return fail(ErrorKind::invalid_input, "a block that is cut or is no PEM");
  }
  bool is_certificate() const {
    const std::string_view name = name_;
    return name == PEM_STRING_X509 || name == PEM_STRING_X509_OLD || name == PEM_STRING_X509_TRUSTED;
  }
  std::span<const unsigned char> data() const { return {data_, static_cast<std::size_t>(size_)}; }

 private:
  char* name_ = nullptr;
  char* header_ = nullptr;
  unsigned char* data_ = nullptr;
  long size_ = 0;
};

}  // namespace

bool is_certificate_path(std::string_view path) {
  constexpr std::string_view folders[] = {"etc/ssl/certs/",
                                          "etc/pki/tls/certs/",
                                          "etc/pki/ca-trust/",
                                          "usr/share/ca-certificates/",
                                          "usr/local/share/ca-certificates/",
                                          "usr/share/pki/",
                                          "var/lib/ca-certificates/"};
  if (path == "etc/ssl/cert.pem" || path == "etc/pki/tls/cert.pem") return true;
  const bool is_in_folder =
      std::ranges::any_of(folders, [&](auto folder) { return path.starts_with(folder); });
  return is_in_folder && (path.ends_with(".crt") || path.ends_with(".pem"));
}

Result<std::vector<Certificate>> read_certificates(std::string_view path, std::string_view pem) {
  if (pem.size() > most_bytes) {
    return fail(ErrorKind::limit_exceeded, "{} bytes, more than the {} that we read of a CA bundle",
                pem.size(), most_bytes);
  }
  const Bio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (in == nullptr) return fail(ErrorKind::limit_exceeded, "cannot read certificates: out of memory");
  std::vector<Certificate> certificates;
  while (true) {
    Block block;
    TRY(const bool has_block, block.read(in.get()));
    if (!has_block) return certificates;
    if (!block.is_certificate()) continue;
    if (block.data().size() > largest_certificate || certificates.size() == most_certificates) {
      return fail(ErrorKind::limit_exceeded, "more than {} certificates, or one of more than {} bytes",
                  most_certificates, largest_certificate);
    }
    TRY(Certificate certificate, certificate_of(path, block.data()));
    certificates.push_back(std::move(certificate));
  }
}

}  // namespace hauberk
