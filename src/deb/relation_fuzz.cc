// Any text as a relation field: what is read, written and read again is the same.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "deb/relation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto relations = hauberk::parse_relations({reinterpret_cast<const char*>(data), size}, "amd64");
  if (!relations) return 0;
  std::string text;
  for (const auto& alternatives : *relations) {
    if (alternatives.empty()) std::abort();
    text += (text.empty() ? "" : ", ") + hauberk::text_of(alternatives);
    for (const auto& relation : alternatives) static_cast<void>(relation.holds("1.0"));
  }
  // Written out, a field can be longer than what was read ("a(=1)"), so only the limit may stop it.
  const auto again = hauberk::parse_relations(text, "amd64");
  if (!again && again.error().kind != hauberk::ErrorKind::limit_exceeded) std::abort();
  if (again && *again != *relations) std::abort();
  return 0;
}
