// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "oci/reference.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto reference = hauberk::Reference::parse(text);
  if (!reference) return 0;
  const auto again = hauberk::Reference::parse(reference->text());
  if (!again || *again != *reference || reference->text() != text) std::abort();
  return 0;
}
