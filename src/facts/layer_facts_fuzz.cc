// Any bytes as cached facts: what is read gives the same bytes when it is written; and as a body whose sum is
// right, so that the reader behind the sum is reached.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "facts/layer_codec.h"

namespace hauberk {
namespace {

std::string with_sum(std::string_view body) {
  std::string bytes(body);
  const Digest digest = Digest::of(body);
  for (std::size_t i = 0; i < digest.hex().size(); i += 2) {
    bytes += static_cast<char>(std::strtoul(digest.hex().substr(i, 2).c_str(), nullptr, 16));
  }
  return bytes;
}

void check(std::string_view bytes) {
  const auto facts = parse_layer_facts(bytes);
  if (!facts) return;
  const auto again = parse_layer_facts(bytes_of(*facts));
  if (!again || *again != *facts) std::abort();
}

}  // namespace
}  // namespace hauberk

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  hauberk::check(bytes);
  hauberk::check(hauberk::with_sum("hauberk layer facts 1\n" + std::string(bytes)));
  return 0;
}
