// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "publish/link_header.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto next = hauberk::next_link(text);
  // A target is a part of the text, and ends where it says.
  if (next && *next && ((*next)->contains('>') || !text.contains(**next))) std::abort();
  return 0;
}
