// Any text as a copyright file: what is said of it is always a valid expression of SPDX, or NOASSERTION.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "facts/copyright.h"
#include "facts/licence_expression.h"

namespace hauberk {
namespace {

// What we write ourselves must be readable; longer than that reader's limit is possible only for long input.
void check(const std::string& expression) {
  if (expression == "NOASSERTION" || expression.size() > 2000) return;
  if (spdx_expression(expression) != expression) std::abort();
}

}  // namespace
}  // namespace hauberk

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto licences = hauberk::read_copyright("usr/share/doc/a/copyright", text)) {
    if (licences->empty()) std::abort();
    for (const hauberk::Licence& licence : *licences) hauberk::check(licence.expression);
  }
  hauberk::check(hauberk::spdx_of_debian_expression(text));
  hauberk::check(hauberk::spdx_or_noassertion(text));
  return 0;
}
