// Any bytes as a .deb: an answer, in bounded memory and time.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "deb/package_file.h"

namespace hauberk {
namespace {

Status read_package(std::string_view bytes) {
  MemorySource source(bytes);
  const PackageFileLimits limits{.control_bytes = 1 << 20,
                                 .tar = {.entries = 1000, .pax_bytes = 1 << 16, .file_bytes = 1 << 20},
                                 .decompression = {.output_bytes = 1 << 22, .memory_bytes = 1 << 22}};
  TRY(PackageFile package, PackageFile::open(source, limits));
  if (!package.control().contains("control")) std::abort();
  while (true) {
    TRY(const std::optional<TarEntry> entry, package.data().next());
    if (!entry) break;
    TarContent content(package.data());
    TRY(const std::string text, read_all(content, 1 << 20));
    if (text.size() != entry->size_bytes) std::abort();
  }
  TRY_STATUS(package.finish());
  // Accepted to its end: then every byte was read.
  std::byte one;
  if (source.read({&one, 1}) != std::size_t{0}) std::abort();
  return {};
}

}  // namespace
}  // namespace hauberk

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static_cast<void>(hauberk::read_package({reinterpret_cast<const char*>(data), size}));
  return 0;
}
