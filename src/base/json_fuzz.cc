// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "base/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = hauberk::parse_json({reinterpret_cast<const char*>(data), size});
  if (!value) return 0;
  const auto again = hauberk::parse_json(hauberk::canonical_json(*value));
  if (!again || hauberk::canonical_json(*again) != hauberk::canonical_json(*value)) std::abort();
  return 0;
}
