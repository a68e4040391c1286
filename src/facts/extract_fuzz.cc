// Any bytes as one of the text records of a package, or as certificates: the first byte chooses which.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "facts/extract.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view paths[] = {"a.dist-info/METADATA", "node_modules/a/package.json",
                                        "specifications/a-1.gemspec", "etc/ssl/cert.pem", "usr/bin/a"};
  if (size == 0) return 0;
  const std::string_view path = paths[data[0] % std::size(paths)];
  const std::span content(reinterpret_cast<const std::byte*>(data) + 1, size - 1);
  const hauberk::Extracted extracted = hauberk::extract(path, content);
  for (const hauberk::Package& package : extracted.packages) {
    if (package.name.empty() && package.kind != hauberk::Package::Kind::cargo) std::abort();
  }
  for (const std::string& problem : extracted.problems) {
    if (!problem.starts_with(path)) std::abort();
  }
  return 0;
}
