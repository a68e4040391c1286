// Any text as an OpenVEX document: every statement that is taken names a vulnerability and a product.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "scan/vex.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = hauberk::parse_openvex({reinterpret_cast<const char*>(data), size}, "fuzz");
  if (!document) return 0;
  for (const auto& statement : document->statements) {
    if (statement.vulnerabilities.empty() || statement.products.empty()) std::abort();
  }
  const hauberk::VexIndex index(std::span(&*document, 1));
  hauberk::Package package;
  package.kind = hauberk::Package::Kind::deb;
  package.name = "libexample1";
  const hauberk::Package* const packages[] = {&package};
  for (const auto& statement : document->statements) {
    index.verdict(statement.vulnerabilities,
                  {.distro = "debian", .distro_version = "12", .packages = packages});
  }
  return 0;
}
