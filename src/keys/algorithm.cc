// SPDX-License-Identifier: Apache-2.0
#include "keys/algorithm.h"

#include <array>

namespace hauberk {
namespace {

using namespace std::string_view_literals;

struct KnownId {
  std::string_view id;  // the content of the OBJECT IDENTIFIER
  std::string_view name;
};

constexpr std::string_view ec_key = "\x2a\x86\x48\xce\x3d\x02\x01"sv;      // 1.2.840.10045.2.1
constexpr std::string_view p256 = "\x2a\x86\x48\xce\x3d\x03\x01\x07"sv;    // 1.2.840.10045.3.1.7
constexpr std::string_view ed25519 = "\x2b\x65\x70"sv;                     // 1.3.101.112

// Only so that a message can say what was given instead.
constexpr std::array others = {
    KnownId{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"sv, "an RSA key"},
    KnownId{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"sv, "an RSA key"},
    KnownId{"\x2b\x65\x71"sv, "an Ed448 key"},
    KnownId{"\x2b\x65\x6e"sv, "an X25519 key, which cannot sign,"},
    KnownId{"\x2b\x81\x04\x00\x22"sv, "an ECDSA key on P-384"},
    KnownId{"\x2b\x81\x04\x00\x23"sv, "an ECDSA key on P-521"},
    KnownId{"\x2b\x81\x04\x00\x0a"sv, "an ECDSA key on secp256k1"},
};

std::unexpected<Error> not_ours(std::string_view id, std::string_view otherwise) {
  for (const auto& known : others) {
    if (known.id == id) otherwise = known.name;
  }
  return fail(ErrorKind::unsupported,
              "cannot use this key: {} is of no kind that is taken here; use ECDSA on P-256, or Ed25519",
              otherwise);
}

}  // namespace

Result<KeyKind> take_algorithm(DerReader& reader) {
  TRY(DerReader algorithm, reader.enter(der::sequence));
  TRY(const std::string_view id, algorithm.take(der::object_id));
  if (id == ed25519) {
    TRY_STATUS(algorithm.end());
    return KeyKind::ed25519;
  }
  if (id != ec_key) return not_ours(id, "a key of an unknown algorithm");
  if (!algorithm.next_is(der::object_id)) return not_ours(id, "an ECDSA key on a curve without a name");
  TRY(const std::string_view curve, algorithm.take(der::object_id));
  TRY_STATUS(algorithm.end());
  if (curve != p256) return not_ours(curve, "an ECDSA key on an unknown curve");
  return KeyKind::ecdsa_p256;
}

}  // namespace hauberk
