// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

#include "definition/expression.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto lookup = [](std::string_view name) -> hauberk::Result<std::string> {
    if (name == "target.arch") return "amd64";
    return hauberk::fail(hauberk::ErrorKind::invalid_input, "there is no name");
  };
  static_cast<void>(hauberk::evaluate_expression(text, lookup));
  static_cast<void>(hauberk::expression_end(text));
  return 0;
}
