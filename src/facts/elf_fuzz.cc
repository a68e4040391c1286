// Any bytes as an ELF file, with all that is looked for inside of one.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "facts/elf.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
  const auto facts = hauberk::read_elf(bytes);
  if (!facts) return 0;
  // What is said of a file is of bounded size, and agrees with itself.
  if (facts->is_static && facts->kind != hauberk::ElfFacts::Kind::program) std::abort();
  if (facts->needed.size() > 1000 || facts->build_id.size() > 128) std::abort();
  if (*hauberk::read_elf(bytes) != *facts) std::abort();
  return 0;
}
