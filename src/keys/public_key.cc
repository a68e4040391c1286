// The document is so small, and DER so strict, that each kind has one form: a fixed beginning and the key
// itself. So two keys are the same if their bytes are.
//
// SPDX-License-Identifier: Apache-2.0
#include "keys/public_key.h"

#include <sodium.h>

#include <array>

#include "base/base64.h"
#include "base/digest.h"
#include "keys/algorithm.h"
#include "keys/p256.h"
#include "keys/pem.h"
#include "keys/sodium.h"

namespace hauberk {
namespace {

constexpr std::string_view what = "a public key";
constexpr std::size_t most_der_bytes = 8 << 10;

struct KindName {
  KeyKind kind;
  std::string_view name;
};
constexpr std::array kinds = {KindName{KeyKind::ecdsa_p256, "ecdsa-p256"},
                              KindName{KeyKind::ed25519, "ed25519"}};

std::unexpected<Error> no_key(std::string_view why) {
  return fail(ErrorKind::invalid_input, "cannot read {}: {}", what, why);
}

Status check_point(std::string_view point) {
  if (point.size() == 33 && (point.front() == 2 || point.front() == 3)) {
    return fail(ErrorKind::unsupported,
                "cannot use this key: its point is compressed; write it out with: "
                "openssl ec -pubin -in KEY -pubout -conv_form uncompressed");
  }
  if (!p256::is_point(point)) return no_key("its point does not lie on the curve P-256");
  return {};
}

Status check_ed25519(std::string_view key) {
  need_sodium();
  if (key.size() != crypto_sign_PUBLICKEYBYTES) return no_key("an Ed25519 key has 32 bytes");
  if (crypto_core_ed25519_is_valid_point(reinterpret_cast<const unsigned char*>(key.data())) != 1) {
    return no_key("its point is none that an Ed25519 key has");
  }
  return {};
}

// The key itself: what the BIT STRING at the end holds.
std::string_view raw_key(KeyKind kind, std::string_view der) {
  return der.substr(der.size() - (kind == KeyKind::ed25519 ? crypto_sign_PUBLICKEYBYTES : p256::point_bytes));
}

bool verifies_ed25519(std::string_view key, std::string_view message, std::string_view signature) {
  need_sodium();
  return signature.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(reinterpret_cast<const unsigned char*>(signature.data()),
                                     reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                                     reinterpret_cast<const unsigned char*>(key.data())) == 0;
}

}  // namespace

std::string_view name_of(KeyKind kind) { return kind == KeyKind::ed25519 ? kinds[1].name : kinds[0].name; }

Result<KeyKind> parse_key_kind(std::string_view text) {
  for (const auto& known : kinds) {
    if (known.name == text) return known.kind;
  }
  return fail(ErrorKind::invalid_input, "cannot make a key of the kind \"{}\": use ecdsa-p256 or ed25519",
              text);
}

Result<PublicKey> PublicKey::parse_pem(std::string_view text) {
  TRY(const PemBlock block, parse_pem_block(text, what));
  if (block.label.ends_with("PRIVATE KEY")) {
    return no_key("it is a private key; give the file of the public one (.pub)");
  }
  if (block.label != "PUBLIC KEY") {
    return no_key(fmt::format("it is a PEM block \"{}\", not \"PUBLIC KEY\"", block.label));
  }
  return parse_der(block.bytes);
}

Result<PublicKey> PublicKey::parse_der(std::string_view der) {
  if (der.size() > most_der_bytes)
    return fail(ErrorKind::limit_exceeded, "cannot read {}: it is too long", what);
  DerReader reader(der, what);
  TRY(DerReader document, reader.enter(der::sequence));
  TRY_STATUS(reader.end());
  TRY(const KeyKind kind, take_algorithm(document));
  TRY(const std::string_view bits, document.take(der::bit_string));
  TRY_STATUS(document.end());
  if (bits.empty() || bits.front() != 0) return no_key("its bits are no whole bytes");
  TRY_STATUS(kind == KeyKind::ed25519 ? check_ed25519(bits.substr(1)) : check_point(bits.substr(1)));
  return PublicKey(kind, std::string(der));
}

std::string PublicKey::pem() const { return pem_text("PUBLIC KEY", der_); }

std::string PublicKey::fingerprint() const { return Digest::of(der_).text(); }

std::string PublicKey::hint() const {
  std::string hash(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(hash.data()),
                     reinterpret_cast<const unsigned char*>(der_.data()), der_.size());
  return base64_of(hash);
}

Status PublicKey::verify(std::string_view message, std::string_view signature) const {
  const std::string_view key = raw_key(kind_, der_);
  const bool is_good = kind_ == KeyKind::ed25519 ? verifies_ed25519(key, message, signature)
                                                 : p256::verifies(key, message, signature);
  if (is_good) return {};
  return fail(ErrorKind::verification_failed, "the signature was not made by the key {} over these bytes",
              fingerprint());
}

}  // namespace hauberk
