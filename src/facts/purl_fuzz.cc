// Any text as a package URL: what is taken has one canonical text that means the same.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "facts/purl.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto purl = hauberk::parse_purl({reinterpret_cast<const char*>(data), size});
  if (!purl) return 0;
  const std::string text = hauberk::text_of(*purl);
  if (text.size() > 4096) return 0;  // encoded, it may have outgrown the limit
  const auto again = hauberk::parse_purl(text);
  if (!again || *again != *purl || hauberk::text_of(*again) != text) std::abort();
  return 0;
}
