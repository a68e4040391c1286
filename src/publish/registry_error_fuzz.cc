// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "base/terminal_text.h"
#include "publish/registry_error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string reason = hauberk::registry_reason(text);
  // One line of bounded length, of which nothing has to be made safe any more.
  if (reason.size() > 303 || reason.find_first_of("\n\r\t") != std::string::npos) std::abort();
  if (hauberk::terminal_text(reason) != reason) std::abort();
  // And it is what the error says.
  const auto error =
      hauberk::registry_error({.status = 400, .body = std::string(text)}, "try", "host").error();
  if (!error.message.starts_with("cannot try: the registry answers 400") || !error.message.ends_with(reason))
    std::abort();
  return 0;
}
