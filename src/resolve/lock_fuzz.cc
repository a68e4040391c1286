// A lock from anywhere: refused with a message, or read to a value that writes and reads as itself.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "resolve/lock.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto lock = hauberk::parse_lock({reinterpret_cast<const char*>(data), size});
  if (!lock) return 0;
  const auto again = hauberk::parse_lock(hauberk::text_of(*lock));
  if (!again || *again != *lock) std::abort();
  return 0;
}
