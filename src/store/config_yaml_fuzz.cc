// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "store/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto config = hauberk::parse_config_yaml(text, "config.yaml");
  if (config && (config->parallel_downloads < 1 || config->parallel_downloads > 64)) std::abort();
  return 0;
}
