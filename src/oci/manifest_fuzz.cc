// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "oci/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto document = hauberk::parse_manifest_or_index(text);
  if (!document) return 0;
  // What was accepted survives being written and read again.
  const bool same = std::visit(
      [&](const auto& value) {
        const auto again = hauberk::parse_manifest_or_index(text_of(value));
        return again && *again == *document;
      },
      *document);
  if (!same) std::abort();
  return 0;
}
