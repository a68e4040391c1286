// Any bytes as the cached facts of an image: what is read gives the same facts when it is written again; also
// with sums that are right, so that the readers behind the sums are reached.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "facts/fact_codec.h"
#include "facts/image_codec.h"

namespace hauberk {
namespace {

void check(std::string_view bytes) {
  static_cast<void>(parse_image_inventory(bytes));
  const auto facts = parse_image_facts(bytes, {});
  if (!facts) return;
  const auto again = parse_image_facts(image_bytes_of(*facts), {});
  if (!again || *again != *facts) std::abort();
}

// The first byte says how many of the others are the inventory.
std::string with_sums(std::string_view bytes) {
  const auto size = static_cast<std::uint8_t>(bytes.front());
  bytes.remove_prefix(1);
  FactWriter writer;
  writer.out().raw("hauberk image facts 1\n");
  writer.out().text(bytes.substr(0, size));
  writer.end();
  writer.out().raw(bytes.substr(std::min<std::size_t>(size, bytes.size())));
  writer.end();
  return writer.take();
}

}  // namespace
}  // namespace hauberk

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  hauberk::check(bytes);
  if (size > 0) hauberk::check(hauberk::with_sums(bytes));
  return 0;
}
