// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "publish/challenge.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto challenges = hauberk::parse_challenges(text);
  if (!challenges) return 0;
  // A scheme is a word in small letters, and every parameter has a name.
  for (const auto& challenge : *challenges) {
    if (challenge.scheme.empty() ||
        challenge.scheme.find_first_of(" ,=\"ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos)
      std::abort();
    if (challenge.parameters.contains("")) std::abort();
  }
  return 0;
}
