// A private key's file, as far as it can be read without taking time: what is sealed is not opened.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "keys/pem.h"
#include "keys/private_key.h"
#include "keys/sealed.h"

namespace {

void try_sealed(std::string_view json) {
  const auto sealed = hauberk::parse_sealed(json);
  if (!sealed) return;
  const auto again = hauberk::parse_sealed(hauberk::text_of(*sealed));
  if (!again || *again != *sealed) std::abort();
}

void try_pem(std::string_view text) {
  const auto block = hauberk::parse_pem_block(text, "input");
  if (!block) return;
  const auto again = hauberk::parse_pem_block(hauberk::pem_text(block->label, block->bytes), "input");
  if (!again || again->label != block->label || again->bytes != block->bytes) std::abort();
  try_sealed(block->bytes);
}

// What is found inside once the passphrase fits.
void try_pkcs8(std::string_view der) {
  const auto secret = hauberk::Secret::of(der);
  const auto key = hauberk::PrivateKey::parse_pkcs8(*secret);
  if (!key) return;
  const auto again = hauberk::PrivateKey::parse_pkcs8(*key->pkcs8());
  if (!again || again->public_key() != key->public_key()) std::abort();
  if (!key->public_key().verify(der, *again->sign(der))) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try_sealed(text);
  try_pem(text);
  if (size < 16 << 10) try_pkcs8(text);
  return 0;
}
