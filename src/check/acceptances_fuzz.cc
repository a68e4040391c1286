// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "check/acceptances.h"
#include "check/table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto accepted = hauberk::parse_acceptances(text, "info.yaml", hauberk::acceptances_key);
  if (!accepted) return 0;
  for (const hauberk::Acceptance& one : *accepted) {
    // What was taken is of a check that there is, has a reason, and a day that ends.
    if (hauberk::check_row(one.check) == nullptr || one.reason.empty()) std::abort();
    if (!hauberk::start_of_day(one.until) || !hauberk::has_ended(one, INT64_MAX)) std::abort();
    if (!one.path.empty() && one.path.find_first_of("*?") == std::string::npos &&
        !hauberk::pattern_fits(one.path, one.path)) {
      std::abort();
    }
  }
  return 0;
}
