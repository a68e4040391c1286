// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "definition/definition.h"

namespace {

void round_trip(const hauberk::Definition& definition) {
  const auto again = hauberk::parse_definition(hauberk::print_definition(definition), "again", {});
  if (!again || again->definition.document != definition.document) std::abort();
  const auto read = hauberk::definition_of_document(definition.document);
  if (!read || *read != definition) std::abort();
  for (const hauberk::Platform platform : definition.platforms) {
    static_cast<void>(hauberk::for_platform(definition, platform));
  }
  static_cast<void>(hauberk::debian_distribution(definition));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (hauberk::is_customisation(text)) {
    const auto overlay = hauberk::parse_customisation(text, "fuzz");
    if (!overlay) return 0;
    const auto again = hauberk::parse_customisation(hauberk::print_customisation(overlay->document), "again");
    if (!again || again->document != overlay->document) std::abort();
    return 0;
  }
  const auto include = [](std::string_view) -> hauberk::Result<std::string> { return "labels: {a: b}\n"; };
  const auto parsed = hauberk::parse_definition(text, "fuzz", include);
  if (parsed) round_trip(parsed->definition);
  return 0;
}
