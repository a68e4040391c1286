// Any three texts in any order of versions: equal to itself, antisymmetric, transitive.
//
// The first byte says which order; the texts stand between newlines.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "base/fields.h"
#include "scan/version_order.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using hauberk::compare_versions;
  if (size == 0) return 0;
  const auto order = static_cast<hauberk::VersionOrder>(data[0] % 6);
  const auto texts = hauberk::split({reinterpret_cast<const char*>(data + 1), size - 1}, '\n');
  if (texts.size() < 3) return 0;
  const auto ab = compare_versions(order, texts[0], texts[1]);
  const auto ba = compare_versions(order, texts[1], texts[0]);
  if (ab.has_value() != ba.has_value()) std::abort();
  if (const auto self = compare_versions(order, texts[0], texts[0]); self && *self != 0) std::abort();
  if (!ab) return 0;
  if (*ab != (0 <=> *ba)) std::abort();
  const auto bc = compare_versions(order, texts[1], texts[2]);
  const auto ac = compare_versions(order, texts[0], texts[2]);
  if (bc && *ab <= 0 && *bc <= 0 && (!ac || *ac > 0)) std::abort();
  return 0;
}
