// SPDX-License-Identifier: Apache-2.0
#include "facts/content_hashes.h"

#include <openssl/evp.h>

#include <array>
#include <cstdlib>

namespace hauberk {
namespace {

using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
using Algorithm = std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)>;

// OpenSSL fails here only when memory is exhausted or the library is broken: our abort, not an Error.
void must(int success) {
  if (success != 1) std::abort();
}

std::string hex_of(EVP_MD_CTX* context) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  must(EVP_DigestFinal_ex(context, bytes.data(), &size));
  std::string text;
  for (const unsigned char byte : std::span(bytes).first(size)) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

}  // namespace

// Fetched once: OpenSSL's look-up costs more than the hash of a small file.
struct ContentHashes::State {
  Algorithm sha256_algorithm{EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free};
  Algorithm md5_algorithm{EVP_MD_fetch(nullptr, "MD5", nullptr), EVP_MD_free};
  Context sha256{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  Context md5{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

ContentHashes::ContentHashes() : state_(std::make_unique<State>()) {
  if (!state_->sha256_algorithm || !state_->sha256 || !state_->md5) std::abort();
}

ContentHashes::~ContentHashes() = default;

void ContentHashes::begin() {
  must(EVP_DigestInit_ex2(state_->sha256.get(), state_->sha256_algorithm.get(), nullptr));
  if (state_->md5_algorithm) {
    must(EVP_DigestInit_ex2(state_->md5.get(), state_->md5_algorithm.get(), nullptr));
  }
}

void ContentHashes::write(std::span<const std::byte> bytes) {
  must(EVP_DigestUpdate(state_->sha256.get(), bytes.data(), bytes.size()));
  if (state_->md5_algorithm) must(EVP_DigestUpdate(state_->md5.get(), bytes.data(), bytes.size()));
}

ContentHashes::Both ContentHashes::finish() {
  auto sha256 = Digest::of_hex(Digest::Algorithm::sha256, hex_of(state_->sha256.get()));
  if (!sha256) std::abort();
  return {*std::move(sha256), state_->md5_algorithm ? hex_of(state_->md5.get()) : std::string()};
}

}  // namespace hauberk
