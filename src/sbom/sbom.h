// Software bills of materials: written from facts, and read when others wrote them.
//
// Specs: SPDX 2.3 (JSON), CycloneDX 1.6 (JSON), package-url. Writing is deterministic: the same facts give
// the same bytes; the document's time is the image's, its name and serial number come from the image's digest
// and the document's own content. Reading takes hostile text of either format, any version that has the
// members we need.
//
// What a document holds: the image, its operating system, every package whose files are there (also those
// half installed, as what they are), the source package of each, and the files that no package owns. The
// files of packages are not listed one by one: they are a hundred times as many as the packages, the
// package's version already says what they are, and their digests are one property each
// ("hauberk:files-sha256"). No CPE is written: for Debian packages it would be a guess, and scanners match
// them by source package.
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

// What was known before there were files: a definition's `mappings` and the `spdx` of its `files`, and which
// archives the packages came from.
struct SbomExtras {
  struct Component {
    std::string name = {}, version = {}, purl = {}, licence = {}, download_location = {};
    std::string sha256 = {};  // lowercase hex or empty
    std::string package =
        {};  // the installed package that this is another name of; empty: a thing of its own

    friend bool operator==(const Component&, const Component&) = default;
  };
  struct Archive {  // a package as it was fetched
    std::string name, version, architecture;
    std::string url;  // without credentials; may be empty
    std::string sha256;  // lowercase hex

    friend bool operator==(const Archive&, const Archive&) = default;
  };
  std::vector<Component> components = {};
  std::vector<Archive> archives = {};
};

// The whole document, pretty-printed JSON.
std::string text_of_sbom(const Facts& facts, SbomFormat format, const SbomExtras& extras = {});

struct SbomLimits {
  std::size_t size_bytes = 512 << 20;
  std::size_t packages = 250'000;  // several times what the largest images have
  std::size_t depth = 256;  // of nested values; components may hold components
};

// The packages of an SBOM: SPDX 2.2 and 2.3, CycloneDX 1.2 to 1.7, bare or inside an in-toto statement, a
// DSSE envelope or a Sigstore bundle (whose signatures are not looked at here). `name` is used in messages,
// and for the inventory where the document names nothing. Packages are sorted and unique; what a package URL
// and the other members say of the same thing is brought together. Each element is dropped once it is read,
// so that memory grows with the packages and not with the text. invalid_input, limit_exceeded, unsupported (a
// format or version that is neither).
Result<Inventory> parse_sbom(std::string_view text, std::string_view name, const SbomLimits& limits = {});

}  // namespace hauberk
