// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "attest/statement.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = hauberk::parse_statement(text);
  // One without a subject that we know is read, but never written.
  if (!read || read->subjects.empty() || read->subjects.size() > hauberk::most_subjects) return 0;
  const auto again = hauberk::parse_statement(text_of(*read));
  if (!again || *again != *read) std::abort();
  return 0;
}
