// Any text as a Release file: an answer, and every path in it below the suite.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "deb/release.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto release = hauberk::parse_release({reinterpret_cast<const char*>(data), size});
  if (!release) return 0;
  if (release->files.empty()) std::abort();
  for (const auto& [path, file] : release->files) {
    if (path.empty() || path.starts_with('/') || path.starts_with("../") || path.find("/../") != path.npos) {
      std::abort();
    }
  }
  return 0;
}
