// SPDX-License-Identifier: Apache-2.0
#include "keys/p256.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/params.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <bit>
#include <memory>
#include <mutex>

#include "base/free_by.h"
#include "keys/sodium.h"

namespace hauberk::p256 {
namespace {

using Group = std::unique_ptr<EC_GROUP, FreeBy<EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, FreeBy<EC_POINT_free>>;
using Number = std::unique_ptr<BIGNUM, FreeBy<BN_clear_free>>;
using Numbers = std::unique_ptr<BN_CTX, FreeBy<BN_CTX_free>>;
using Key = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeBy<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeBy<EVP_MD_CTX_free>>;

constexpr std::size_t most_signature_bytes = 72;
constexpr std::size_t secure_heap_bytes = 64 << 10, secure_heap_least_bytes = 32;

// What OpenSSL leaves in its queue of errors is nobody's to read.
std::unexpected<Error> openssl_refused(std::string_view verb) {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* const reason = ERR_reason_error_string(code);
  return fail(ErrorKind::io, "cannot {}: OpenSSL says: {}", verb, reason != nullptr ? reason : "no reason");
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// OpenSSL's place for private numbers: locked, and left out of core dumps. It is the library's own state,
// made before the first of them; where the system refuses it, the library falls back to memory that it
// clears.
void need_secure_heap() {
  static std::once_flag made;
  std::call_once(made, [] {
    if (CRYPTO_secure_malloc_initialized() == 0) {
      CRYPTO_secure_malloc_init(secure_heap_bytes, secure_heap_least_bytes);
    }
  });
}

Group make_group() { return Group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)); }

Result<Number> private_number(std::string_view scalar) {
  need_secure_heap();
  Number number(BN_secure_new());
  if (!number || BN_bin2bn(bytes_of(scalar), static_cast<int>(scalar.size()), number.get()) == nullptr) {
    return openssl_refused("read a private key");
  }
  BN_set_flags(number.get(), BN_FLG_CONSTTIME);
  return number;
}

bool is_in_range(const BIGNUM* number, const EC_GROUP* group) {
  return BN_is_zero(number) == 0 && BN_cmp(number, EC_GROUP_get0_order(group)) < 0;
}

// EVP's parameters hold numbers in the machine's own byte order.
Result<Secret> in_machine_order(std::string_view scalar) {
  TRY(Secret number, Secret::of(scalar));
  if constexpr (std::endian::native == std::endian::little) std::ranges::reverse(number.bytes());
  return number;
}

// OpenSSL takes pointers to what it only reads.
OSSL_PARAM group_parameter() {
  return OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char*>("prime256v1"), 0);
}
OSSL_PARAM point_parameter(std::string_view point) {
  return OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, const_cast<char*>(point.data()),
                                           point.size());
}

Result<Key> make_key(int selection, OSSL_PARAM* parameters) {
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, selection, parameters) != 1) {
    return openssl_refused("read a key");
  }
  return Key(key);
}

Result<Key> private_key(std::string_view scalar, std::string_view point) {
  need_secure_heap();
  TRY(Secret number, in_machine_order(scalar));
  std::array parameters = {
      group_parameter(), point_parameter(point),
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY,
                              reinterpret_cast<unsigned char*>(number.bytes().data()), number.size()),
      OSSL_PARAM_construct_end()};
  return make_key(EVP_PKEY_KEYPAIR, parameters.data());
}

Result<Key> public_key(std::string_view point) {
  std::array parameters = {group_parameter(), point_parameter(point), OSSL_PARAM_construct_end()};
  return make_key(EVP_PKEY_PUBLIC_KEY, parameters.data());
}

}  // namespace

bool is_point(std::string_view bytes) {
  if (bytes.size() != point_bytes || bytes.front() != POINT_CONVERSION_UNCOMPRESSED) return false;
  const Group group = make_group();
  const Point point(EC_POINT_new(group.get()));
  const bool is_on_curve =
      point && EC_POINT_oct2point(group.get(), point.get(), bytes_of(bytes), bytes.size(), nullptr) == 1;
  ERR_clear_error();
  return is_on_curve;
}

// A number that is too large comes once in 2^32 times; the next is then as good.
Result<Secret> random_scalar() {
  need_sodium();
  const Group group = make_group();
  TRY(Secret scalar, Secret::of_size(scalar_bytes));
  for (;;) {
    randombytes_buf(scalar.bytes().data(), scalar.size());
    TRY(const Number number, private_number(scalar.view()));
    if (is_in_range(number.get(), group.get())) return scalar;
  }
}

Result<std::string> point_of(std::string_view scalar) {
  const Group group = make_group();
  TRY(const Number number, private_number(scalar));
  if (scalar.size() != scalar_bytes || !is_in_range(number.get(), group.get())) {
    return fail(ErrorKind::invalid_input, "cannot read a private key: its number is none that P-256 has");
  }
  const Numbers scratch(BN_CTX_secure_new());
  const Point point(EC_POINT_new(group.get()));
  std::string bytes(point_bytes, '\0');
  if (!scratch || !point ||
      EC_POINT_mul(group.get(), point.get(), number.get(), nullptr, nullptr, scratch.get()) != 1 ||
      EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED,
                         reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(),
                         scratch.get()) != bytes.size()) {
    return openssl_refused("find the public key");
  }
  return bytes;
}

Result<std::string> sign(std::string_view scalar, std::string_view point, std::string_view message) {
  TRY(const Key key, private_key(scalar, point));
  const DigestContext context(EVP_MD_CTX_new());
  std::string signature(most_signature_bytes, '\0');
  std::size_t size = signature.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     bytes_of(message), message.size()) != 1) {
    return openssl_refused("sign");
  }
  signature.resize(size);
  return signature;
}

bool verifies(std::string_view point, std::string_view message, std::string_view signature) {
  const auto key = public_key(point);
  const DigestContext context(EVP_MD_CTX_new());
  const bool is_good = key && context &&
                       EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key->get()) == 1 &&
                       EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(),
                                        bytes_of(message), message.size()) == 1;
  ERR_clear_error();
  return is_good;
}

}  // namespace hauberk::p256
