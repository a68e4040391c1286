// SPDX-License-Identifier: Apache-2.0
#include "sbom/sbom.h"

#include "sbom/bill.h"
#include "sbom/identifiers.h"
#include "sbom/writers.h"

namespace hauberk {

Result<SbomFormat> parse_sbom_format(std::string_view text) {
  if (text == "spdx") return SbomFormat::spdx;
  if (text == "cyclonedx") return SbomFormat::cyclonedx;
  return fail(ErrorKind::invalid_input, "cannot write an SBOM as \"{}\": use spdx or cyclonedx", text);
}

// The name covers the content too: a later version of this program that says more of the same image writes
// another document, and two documents must not share a name.
std::string text_of_sbom(const Facts& facts, SbomFormat format, const SbomExtras& extras) {
  const Bill bill = bill_of(facts, extras);
  Json document = format == SbomFormat::spdx ? spdx_of(bill) : cyclonedx_of(bill);
  const std::string uuid = uuid_of(fmt::format("{}\n{}", bill.seed, canonical_json(document)));
  if (format == SbomFormat::spdx) {
    document["documentNamespace"] =
        fmt::format("https://spdx.org/spdxdocs/{}-{}", identifier_of(bill.name), uuid);
  } else {
    document["serialNumber"] = fmt::format("urn:uuid:{}", uuid);
  }
  // As pretty_json() does, in ASCII alone: safe on a terminal, and for readers that guess an encoding.
  return document.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace hauberk
