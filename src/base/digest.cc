// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace hauberk {
namespace {

std::size_t hex_length(Digest::Algorithm algorithm) {
  return algorithm == Digest::Algorithm::sha256 ? 64 : 128;
}

bool is_hex_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

std::string to_hex(std::span<const unsigned char> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const unsigned char byte : bytes) {
    text.push_back(digits[byte >> 4]);
    text.push_back(digits[byte & 15]);
  }
  return text;
}

// OpenSSL fails here only when memory is exhausted or the library is broken: our abort, not an Error.
void must(int success) {
  if (success != 1) std::abort();
}

}  // namespace

Result<Digest> Digest::of_hex(Algorithm algorithm, std::string_view hex) {
  if (hex.size() != hex_length(algorithm) || !std::ranges::all_of(hex, is_hex_digit)) {
    return fail(ErrorKind::invalid_input, "a {} digest is {} lowercase hex digits",
                algorithm == Algorithm::sha256 ? "sha256" : "sha512", hex_length(algorithm));
  }
  return Digest(algorithm, std::string(hex));
}

Result<Digest> Digest::parse(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) {
    return fail(ErrorKind::invalid_input, "a digest reads sha256:<64 lowercase hex digits>");
  }
  const auto name = text.substr(0, colon);
  const auto hex = text.substr(colon + 1);
  if (name == "sha256") return of_hex(Algorithm::sha256, hex);
  if (name == "sha512") return of_hex(Algorithm::sha512, hex);
  if (name == "sha384" || name == "blake3") {
    return fail(ErrorKind::unsupported, "digest algorithm {} is not supported: use sha256 or sha512", name);
  }
  return fail(ErrorKind::invalid_input, "a digest begins with sha256: or sha512:");
}

Digest Digest::of(std::span<const std::byte> bytes, Algorithm algorithm) {
  DigestWriter writer(algorithm);
  writer.write(bytes);
  return writer.finish();
}

Digest Digest::of(std::string_view text, Algorithm algorithm) {
  return of(std::as_bytes(std::span(text)), algorithm);
}

std::string_view Digest::algorithm_name() const {
  return algorithm_ == Algorithm::sha256 ? "sha256" : "sha512";
}

std::string Digest::text() const { return fmt::format("{}:{}", algorithm_name(), hex_); }

struct DigestWriter::State {
  Digest::Algorithm algorithm;
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

DigestWriter::DigestWriter(Digest::Algorithm algorithm) : state_(new State{algorithm}) {
  const EVP_MD* type = algorithm == Digest::Algorithm::sha256 ? EVP_sha256() : EVP_sha512();
  must(EVP_DigestInit_ex(state_->context.get(), type, nullptr));
}

DigestWriter::DigestWriter(DigestWriter&&) noexcept = default;
DigestWriter& DigestWriter::operator=(DigestWriter&&) noexcept = default;
DigestWriter::~DigestWriter() = default;

void DigestWriter::write(std::span<const std::byte> bytes) {
  must(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()));
}

Digest DigestWriter::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  must(EVP_DigestFinal_ex(state_->context.get(), hash.data(), &size));
  return Digest(state_->algorithm, to_hex(std::span(hash).first(size)));
}

}  // namespace hauberk
