// Any text as a CVSS vector: a score is from 0 to 10, in tenths.
//
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "scan/cvss.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto score = hauberk::parse_cvss({reinterpret_cast<const char*>(data), size});
  if (!score) return 0;
  if (!(score->base >= 0 && score->base <= 10)) std::abort();
  if (std::abs(score->base * 10 - std::round(score->base * 10)) > 1e-6) std::abort();
  return 0;
}
