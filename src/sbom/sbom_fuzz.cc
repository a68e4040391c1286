// Any text as an SBOM. What was read can be written as facts' own document and be read again.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "sbom/licence_expression.h"
#include "sbom/sbom.h"

namespace {

using hauberk::Facts;
using hauberk::SbomFormat;

void write_and_read(const Facts& facts, SbomFormat format) {
  const std::string text = hauberk::text_of_sbom(facts, format);
  if (text != hauberk::text_of_sbom(facts, format)) std::abort();
  const auto again = hauberk::parse_sbom(text, "again");
  if (!again) std::abort();
  if (again->packages.size() > facts.packages.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto licence = hauberk::parse_licence_expression(text)) {
    const auto again = hauberk::parse_licence_expression(licence->text);
    if (!again || again->text != licence->text) std::abort();
  }
  const auto inventory =
      hauberk::parse_sbom(text, "fuzz", {.size_bytes = 1 << 20, .packages = 200, .depth = 64});
  if (!inventory) return 0;
  Facts facts;
  facts.name = inventory->name;
  facts.os = inventory->os;
  facts.packages = inventory->packages;
  write_and_read(facts, SbomFormat::spdx);
  write_and_read(facts, SbomFormat::cyclonedx);
  return 0;
}
