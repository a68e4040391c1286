// Software bills of materials: written from facts, and read when others wrote them.
//
// Specs: SPDX 2.3 (JSON), CycloneDX 1.6 (JSON), package-url. Writing is deterministic: the same facts give the
// same bytes; the document's time is the image's, its name and serial number come from the image's digest.
// Reading takes hostile text of either format, any version that has the members we need.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "facts/facts.h"

namespace hauberk {

enum class SbomFormat { spdx, cyclonedx };

// "spdx", "cyclonedx"; invalid_input lists these.
Result<SbomFormat> parse_sbom_format(std::string_view text);

// What a definition says beyond the files: its `mappings` and the `spdx` of its `files`.
struct SbomExtras {
  struct Component {
    std::string name, version, purl, licence, download_location;
    std::string sha256;  // lowercase hex or empty
  };
  std::vector<Component> components = {};
};

// The whole document, pretty-printed JSON.
std::string text_of_sbom(const Facts& facts, SbomFormat format, const SbomExtras& extras = {});

// The packages of an SBOM. `name` is used in messages. invalid_input, limit_exceeded, unsupported (a format or
// version that is neither).
Result<Inventory> parse_sbom(std::string_view text, std::string_view name);

}  // namespace hauberk
