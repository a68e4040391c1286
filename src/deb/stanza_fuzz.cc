// Any text as stanzas: each is a part of the text, and its fields written out are the same stanza.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "deb/stanza.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hauberk::StanzaReader reader({reinterpret_cast<const char*>(data), size});
  while (true) {
    const auto stanza = reader.next();
    if (!stanza || !*stanza) return 0;
    std::string text;
    for (const auto& [name, value] : (*stanza)->fields()) {
      if ((**stanza)[name] != value) std::abort();
      text += std::string(name) + ":" + std::string(value) + "\n";
    }
    const auto again = hauberk::parse_stanza(text);
    if (!again || again->fields() != (*stanza)->fields()) std::abort();
  }
}
