// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "oci/media_type.h"
#include "publish/referrers_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto listed = hauberk::parse_referrers(text);
  const auto entry = hauberk::describe(hauberk::media_type::manifest, "one more");
  const auto longer = hauberk::with_referrers(text, {entry});
  if (!longer) return 0;
  // What was listed is listed still, and ours with it; completing it again changes nothing.
  const auto again = hauberk::parse_referrers(*longer);
  if (!again || hauberk::with_referrers(*longer, {entry}) != *longer) std::abort();
  const auto lists = [&](const hauberk::Digest& digest) {
    return std::ranges::find(*again, digest, &hauberk::Descriptor::digest) != again->end();
  };
  if (!lists(entry.digest)) std::abort();
  if (listed && !std::ranges::all_of(*listed, lists, &hauberk::Descriptor::digest)) std::abort();
  return 0;
}
