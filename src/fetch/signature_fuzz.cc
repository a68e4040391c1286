// Any bytes as an InRelease file, as gpgv's status lines, as armoured keys and as a list of checksums: an
// answer, and what is called signed was signed by a key with a name.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "fetch/checksum.h"
#include "fetch/keyring.h"
#include "fetch/signature.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (hauberk::check_clear_signed(text, "the input") && !text.contains("-----BEGIN PGP SIGNATURE-----"))
    std::abort();
  if (const auto check = hauberk::parse_gpgv_status(text, "the input")) {
    if (check->signed_by.empty() && check->unknown_keys.empty()) std::abort();
    for (const auto& key : check->signed_by) {
      if (key.empty() || key.contains(' ')) std::abort();
    }
  }
  if (const auto keys = hauberk::unarmoured(text, "the input");
      keys && keys->contains("-----BEGIN PGP PRIVATE KEY")) {
    std::abort();
  }
  if (const auto digest = hauberk::checksum_of_list(text, "file"); digest && digest->hex().size() < 64)
    std::abort();
  return 0;
}
