// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "base/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto node = hauberk::parse_yaml(text, "fuzz");
  if (!node) return 0;
  // What was read can be written, and is read back as the same.
  if (node->kind == hauberk::YamlNode::Kind::scalar) {
    const auto again = hauberk::parse_yaml("k: " + hauberk::yaml_scalar(node->scalar) + "\n", "again");
    if (!again || again->members.size() != 1 || again->members[0].value.scalar != node->scalar) std::abort();
  }
  return 0;
}
