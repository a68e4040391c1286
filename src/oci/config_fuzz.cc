// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "oci/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto config = hauberk::parse_config(text);
  if (!config) return 0;
  const auto again = hauberk::parse_config(text_of(*config));
  if (!again || *again != *config) std::abort();
  return 0;
}
