// Any bytes as a trust document, as the mark of one, and as the envelope around one.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "trust/trust.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto document = hauberk::parse_trust_document(text)) {
    const auto again = hauberk::parse_trust_document(hauberk::text_of(*document));
    if (!again || !(*again == *document)) std::abort();
  }
  if (const auto mark = hauberk::parse_trust_mark(text)) {
    const auto again = hauberk::parse_trust_mark(hauberk::text_of(*mark));
    if (!again || !(*again == *mark)) std::abort();
  }
  // Nobody's key is among the corpus: whatever is in an envelope, its first root must be asked for by name.
  if (hauberk::Trust::first(text, "sha256:0")) std::abort();
  // Nor does anything follow a document without roots.
  if (hauberk::Trust::after({0, hauberk::Digest::of(""), {}}, text)) std::abort();
  return 0;
}
