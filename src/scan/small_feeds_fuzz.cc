// Any text as KEV, EPSS or a list of debian-security-support; the first byte chooses.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "scan/small_feeds.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  hauberk::AdvisoryBuilder builder;
  switch (data[0] % 4) {
    case 0: hauberk::read_kev(text, builder); break;
    case 1: hauberk::read_epss(text, builder); break;
    case 2: hauberk::read_support_file("security-support-ended.deb12", text, builder); break;
    default: hauberk::read_support_file("security-support-limited", text, builder); break;
  }
  const auto advisories = builder.finish();
  if (!advisories) return 0;
  for (const auto& entry : advisories->kev()) {
    if (advisories->known_exploited(advisories->text(entry.id)) == nullptr) std::abort();
  }
  return 0;
}
