// SPDX-License-Identifier: Apache-2.0
#include "keys/sealed.h"

#include <sodium.h>

#include <bit>

#include "base/base64.h"
#include "base/json.h"
#include "keys/sodium.h"

namespace hauberk {
namespace {

constexpr std::string_view what = "a private key's file";
constexpr std::size_t salt_bytes = 32;
constexpr std::size_t most_sealed_bytes = 16 << 10;
// What is computed: eight times as much as cosign asks for, so a second or two.
constexpr std::uint64_t most_scrypt_work = 8 * 65536 * 8;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(Secret& secret) { return reinterpret_cast<unsigned char*>(secret.bytes().data()); }

Status check_cost(std::uint64_t n, std::uint64_t r, std::uint64_t p) {
  if (n < 2 || !std::has_single_bit(n) || r == 0 || p == 0) {
    return fail(ErrorKind::invalid_input,
                "cannot read {}: scrypt has no cost N={}, r={}, p={} (N is a power of two, and none is zero)",
                what, n, r, p);
  }
  // Each is small enough that their product is exact.
  constexpr std::uint64_t most = most_scrypt_bytes / 128;
  if (n > most || r > most || p > most || n * r > most || n * r * p > most_scrypt_work) {
    return fail(ErrorKind::limit_exceeded,
                "cannot read {}: its scrypt cost N={}, r={}, p={} is more than the {} MiB, or the time, that "
                "a key may take",
                what, n, r, p, most_scrypt_bytes >> 20);
  }
  return {};
}

Status expect_name(const Json& object, std::string_view name) {
  TRY(const std::string found, json_string(object, "name", what));
  if (found == name) return {};
  return fail(ErrorKind::unsupported, "cannot read {}: it is sealed by \"{}\", and only \"{}\" is known here",
              what, found, name);
}

Result<ScryptCost> read_cost(const Json& kdf) {
  TRY(const Json* params, json_object(kdf, "params", what));
  TRY(const std::uint64_t n, json_size(*params, "N", what));
  TRY(const std::uint64_t r, json_size(*params, "r", what));
  TRY(const std::uint64_t p, json_size(*params, "p", what));
  TRY_STATUS(check_cost(n, r, p));
  return ScryptCost{n, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(p)};
}

Result<std::string> read_bytes(const Json& object, std::string_view key) {
  TRY(const std::string text, json_string(object, key, what));
  auto bytes = parse_base64(text);
  if (!bytes) return wrap(std::move(bytes).error(), fmt::format("{}: \"{}\"", what, key));
  return bytes;
}

Status check_sizes(const Sealed& sealed) {
  if (sealed.salt.size() != salt_bytes || sealed.nonce.size() != crypto_secretbox_NONCEBYTES) {
    return fail(ErrorKind::invalid_input, "cannot read {}: its salt has not {} bytes, or its nonce not {}",
                what, salt_bytes, crypto_secretbox_NONCEBYTES);
  }
  if (sealed.ciphertext.size() < crypto_secretbox_MACBYTES || sealed.ciphertext.size() > most_sealed_bytes) {
    return fail(ErrorKind::invalid_input, "cannot read {}: {} bytes of ciphertext are no private key", what,
                sealed.ciphertext.size());
  }
  return {};
}

Result<Secret> stretch(const Secret& passphrase, std::string_view salt, const ScryptCost& cost) {
  need_sodium();
  TRY_STATUS(check_cost(cost.n, cost.r, cost.p));
  TRY(Secret key, Secret::of_size(crypto_secretbox_KEYBYTES));
  if (crypto_pwhash_scryptsalsa208sha256_ll(bytes_of(passphrase.view()), passphrase.size(), bytes_of(salt),
                                            salt.size(), cost.n, cost.r, cost.p, bytes_of(key),
                                            key.size()) != 0) {
    return fail(ErrorKind::limit_exceeded,
                "cannot make a key of the passphrase: {} MiB of memory are not free",
                128 * cost.n * cost.r >> 20);
  }
  return key;
}

std::string random_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

}  // namespace

Result<Sealed> parse_sealed(std::string_view json) {
  auto document = parse_json(json, {.size_bytes = most_sealed_bytes * 2, .depth = 8});
  if (!document) return wrap(std::move(document).error(), fmt::format("cannot read {}", what));
  TRY(const Json* kdf, json_object(*document, "kdf", what));
  TRY_STATUS(expect_name(*kdf, "scrypt"));
  TRY(const Json* cipher, json_object(*document, "cipher", what));
  TRY_STATUS(expect_name(*cipher, "nacl/secretbox"));
  Sealed sealed;
  TRY(sealed.cost, read_cost(*kdf));
  TRY(sealed.salt, read_bytes(*kdf, "salt"));
  TRY(sealed.nonce, read_bytes(*cipher, "nonce"));
  TRY(sealed.ciphertext, read_bytes(*document, "ciphertext"));
  TRY_STATUS(check_sizes(sealed));
  return sealed;
}

std::string text_of(const Sealed& sealed) {
  const Json params = {{"N", sealed.cost.n}, {"r", sealed.cost.r}, {"p", sealed.cost.p}};
  return canonical_json({{"kdf", {{"name", "scrypt"}, {"params", params}, {"salt", base64_of(sealed.salt)}}},
                         {"cipher", {{"name", "nacl/secretbox"}, {"nonce", base64_of(sealed.nonce)}}},
                         {"ciphertext", base64_of(sealed.ciphertext)}});
}

Result<Sealed> seal(std::string_view bytes, const Secret& passphrase, const ScryptCost& cost) {
  need_sodium();
  Sealed sealed{cost, random_bytes(salt_bytes), random_bytes(crypto_secretbox_NONCEBYTES),
                std::string(crypto_secretbox_MACBYTES + bytes.size(), '\0')};
  TRY_STATUS(check_sizes(sealed));
  TRY(const Secret key, stretch(passphrase, sealed.salt, cost));
  crypto_secretbox_easy(reinterpret_cast<unsigned char*>(sealed.ciphertext.data()), bytes_of(bytes),
                        bytes.size(), bytes_of(sealed.nonce), bytes_of(key.view()));
  return sealed;
}

Result<Secret> unseal(const Sealed& sealed, const Secret& passphrase) {
  TRY_STATUS(check_sizes(sealed));
  TRY(const Secret key, stretch(passphrase, sealed.salt, sealed.cost));
  TRY(Secret bytes, Secret::of_size(sealed.ciphertext.size() - crypto_secretbox_MACBYTES));
  if (crypto_secretbox_open_easy(bytes_of(bytes), bytes_of(sealed.ciphertext), sealed.ciphertext.size(),
                                 bytes_of(sealed.nonce), bytes_of(key.view())) != 0) {
    return fail(ErrorKind::verification_failed,
                "cannot open the private key: the passphrase is wrong, or the file was altered");
  }
  return bytes;
}

}  // namespace hauberk
