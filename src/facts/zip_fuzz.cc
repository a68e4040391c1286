// Any bytes as a zip archive, and as a Java archive with all that is looked for inside.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <span>

#include "facts/java.h"
#include "facts/zip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::uint64_t limit = 64 << 10;
  const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
  if (const auto zip = hauberk::ZipArchive::open(bytes)) {
    for (std::size_t i = 0; i < zip->entries().size() && i < 16; ++i) {
      const auto content = zip->read(i, limit);
      if (content && content->size() > limit) std::abort();
    }
  }
  const hauberk::JavaArchive archive = hauberk::read_java_archive("a.jar", bytes);
  for (const hauberk::Package& package : archive.packages) {
    if (package.name.empty() || !package.record.starts_with("a.jar")) std::abort();
  }
  return 0;
}
