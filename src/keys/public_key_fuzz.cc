// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "keys/public_key.h"

namespace {

void try_key(const hauberk::Result<hauberk::PublicKey>& key, std::string_view input) {
  if (!key) return;
  const auto again = hauberk::PublicKey::parse_pem(key->pem());
  if (!again || *again != *key) std::abort();
  // Nobody signed this.
  if (key->verify("a message", input)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try_key(hauberk::PublicKey::parse_der(text), text);
  try_key(hauberk::PublicKey::parse_pem(text), text);
  return 0;
}
