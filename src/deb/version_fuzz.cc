// Any two texts as versions: the order is antisymmetric, a version is equal to itself, and appending a
// tilde makes it smaller.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "deb/version.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using hauberk::compare_versions;
  using hauberk::Version;
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::string_view a = all.substr(0, all.find('\n'));
  const std::string_view b = all.substr(a.size());
  if (compare_versions(a, a) != 0) std::abort();
  if (compare_versions(a, b) != (0 <=> compare_versions(b, a))) std::abort();
  if (const auto version = Version::parse(a)) {
    if (version->text() != a) std::abort();
    const auto before = Version::parse(std::string(a) + "~");
    if (before && !(*before < *version)) std::abort();
  }
  return 0;
}
