// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "attest/envelope.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = hauberk::parse_envelope(text);
  if (!read) return 0;
  // What was accepted survives being written and read again.
  const auto again = hauberk::parse_envelope(text_of(*read));
  if (!again || *again != *read) std::abort();
  return 0;
}
