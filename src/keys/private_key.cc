// A key is kept as the one PKCS #8 document that we write for it, so the private part lies at a fixed place
// in it and is read there, never copied to ordinary memory.
//
// SPDX-License-Identifier: Apache-2.0
#include "keys/private_key.h"

#include <sodium.h>

#include <algorithm>
#include <optional>

#include "keys/algorithm.h"
#include "keys/p256.h"
#include "keys/sodium.h"

namespace hauberk {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view what = "a private key";
constexpr std::size_t most_der_bytes = 8 << 10;
constexpr unsigned char context_0 = 0xa0, context_1 = 0xa1, implicit_1 = 0x81;

// PrivateKeyInfo up to the scalar, what stands between scalar and point, and SubjectPublicKeyInfo up to the
// point.
constexpr auto p256_begin =
    "\x30\x81\x87\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce"
    "\x3d\x03\x01\x07\x04\x6d\x30\x6b\x02\x01\x01\x04\x20"sv;
constexpr auto p256_between = "\xa1\x44\x03\x42\x00"sv;
constexpr auto p256_public =
    "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"
    "\x03\x42\x00"sv;
constexpr auto ed25519_begin = "\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20"sv;
constexpr auto ed25519_public = "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"sv;
static_assert(p256_begin.size() == 36 && p256_public.size() == 26);
static_assert(ed25519_begin.size() == 16 && ed25519_public.size() == 12);

std::unexpected<Error> no_key(std::string_view why) {
  return fail(ErrorKind::invalid_input, "cannot read {}: {}", what, why);
}

// Where the 32 private bytes lie in the document that we keep.
std::string_view private_part(KeyKind kind, const Secret& der) {
  return der.view().substr(kind == KeyKind::ed25519 ? ed25519_begin.size() : p256_begin.size(), 32);
}

// libsodium's form: the seed, then the public key.
Result<Secret> expand_seed(std::string_view seed) {
  need_sodium();
  TRY(Secret pair, Secret::of_size(crypto_sign_SECRETKEYBYTES));
  unsigned char point[crypto_sign_PUBLICKEYBYTES];
  crypto_sign_seed_keypair(point, reinterpret_cast<unsigned char*>(pair.bytes().data()),
                           reinterpret_cast<const unsigned char*>(seed.data()));
  return pair;
}

struct Parts {
  KeyKind kind;
  std::string_view private_part;
  std::optional<std::string_view> public_part;  // as the document says; to be compared with the truth
};

Result<std::string_view> whole_bytes(std::string_view bit_string) {
  if (bit_string.empty() || bit_string.front() != 0) return no_key("its bits are no whole bytes");
  return bit_string.substr(1);
}

// ECPrivateKey of RFC 5915: version 1, scalar, [0] curve, [1] point. The curve was named outside already.
Status read_ec_part(DerReader outer, Parts& parts) {
  TRY(DerReader key, outer.enter(der::sequence));
  TRY_STATUS(outer.end());
  TRY(const std::string_view version, key.take(der::integer));
  if (version != "\x01") return no_key("it is of a version that no ECDSA key has");
  TRY(parts.private_part, key.take(der::octet_string));
  TRY_STATUS(key.skip(context_0));
  if (key.next_is(context_1)) {
    TRY(DerReader point, key.enter(context_1));
    TRY(const std::string_view bits, point.take(der::bit_string));
    TRY_STATUS(point.end());
    TRY(parts.public_part, whole_bytes(bits));
  }
  return key.end();
}

// CurvePrivateKey of RFC 8410.
Status read_ed25519_part(DerReader outer, Parts& parts) {
  TRY(parts.private_part, outer.take(der::octet_string));
  return outer.end();
}

// OneAsymmetricKey of RFC 5958: version, algorithm, key, [0] attributes, [1] public key.
Result<Parts> read_pkcs8(std::string_view der) {
  if (der.size() > most_der_bytes) return no_key("it is too long");
  DerReader reader(der, what);
  TRY(DerReader document, reader.enter(der::sequence));
  TRY_STATUS(reader.end());
  TRY(const std::string_view version, document.take(der::integer));
  if (version != "\0"sv && version != "\x01"sv) return no_key("it is of a version that PKCS #8 has not");
  TRY(const KeyKind kind, take_algorithm(document));
  Parts parts{kind, {}, {}};
  TRY(const DerReader inner, document.enter(der::octet_string));
  TRY_STATUS(kind == KeyKind::ed25519 ? read_ed25519_part(inner, parts) : read_ec_part(inner, parts));
  TRY_STATUS(document.skip(context_0));
  if (document.next_is(implicit_1)) {
    TRY(const std::string_view bits, document.take(implicit_1));
    TRY(parts.public_part, whole_bytes(bits));
  }
  TRY_STATUS(document.end());
  if (parts.private_part.size() != 32) return no_key("its private part has not 32 bytes");
  return parts;
}

Result<std::string> public_part_of(KeyKind kind, std::string_view private_part) {
  if (kind == KeyKind::ecdsa_p256) return p256::point_of(private_part);
  TRY(const Secret pair, expand_seed(private_part));
  return std::string(pair.view().substr(crypto_sign_SEEDBYTES));
}

Result<Secret> write_pkcs8(KeyKind kind, std::string_view private_part, std::string_view public_part) {
  const bool is_ed25519 = kind == KeyKind::ed25519;
  const std::string_view begin = is_ed25519 ? ed25519_begin : p256_begin;
  const std::string_view between = is_ed25519 ? std::string_view() : p256_between;
  const std::string_view end = is_ed25519 ? std::string_view() : public_part;
  TRY(Secret der, Secret::of_size(begin.size() + private_part.size() + between.size() + end.size()));
  auto* at = reinterpret_cast<char*>(der.bytes().data());
  for (const std::string_view part : {begin, private_part, between, end})
    at = std::ranges::copy(part, at).out;
  return der;
}

Result<PublicKey> public_key_of(KeyKind kind, std::string_view public_part) {
  std::string der(kind == KeyKind::ed25519 ? ed25519_public : p256_public);
  return PublicKey::parse_der(der.append(public_part));
}

}  // namespace

Result<PrivateKey> PrivateKey::generate(KeyKind kind) {
  need_sodium();
  TRY(Secret private_bytes,
      kind == KeyKind::ed25519 ? Secret::of_size(crypto_sign_SEEDBYTES) : p256::random_scalar());
  if (kind == KeyKind::ed25519) randombytes_buf(private_bytes.bytes().data(), private_bytes.size());
  TRY(const std::string public_part, public_part_of(kind, private_bytes.view()));
  TRY(Secret der, write_pkcs8(kind, private_bytes.view(), public_part));
  TRY(PublicKey public_key, public_key_of(kind, public_part));
  return PrivateKey(std::move(der), std::move(public_key));
}

Result<PrivateKey> PrivateKey::parse_pkcs8(const Secret& der) {
  TRY(const Parts parts, read_pkcs8(der.view()));
  TRY(const std::string public_part, public_part_of(parts.kind, parts.private_part));
  if (parts.public_part && *parts.public_part != public_part) {
    return no_key("the public key in it belongs to another private key");
  }
  TRY(Secret own, write_pkcs8(parts.kind, parts.private_part, public_part));
  TRY(PublicKey public_key, public_key_of(parts.kind, public_part));
  return PrivateKey(std::move(own), std::move(public_key));
}

Result<Secret> PrivateKey::pkcs8() const { return Secret::of(der_.view()); }

Result<std::string> PrivateKey::sign(std::string_view message) const {
  const KeyKind kind = public_key_.kind();
  const std::string_view private_bytes = private_part(kind, der_);
  if (kind == KeyKind::ecdsa_p256) {
    return p256::sign(private_bytes, std::string_view(public_key_.der()).substr(p256_public.size()), message);
  }
  TRY(const Secret pair, expand_seed(private_bytes));
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr,
                       reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                       reinterpret_cast<const unsigned char*>(pair.view().data()));
  return signature;
}

}  // namespace hauberk
