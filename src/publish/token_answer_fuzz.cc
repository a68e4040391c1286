// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "publish/token_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto answer = hauberk::parse_token_answer(text);
  if (!answer) return 0;
  // It can stand in a header.
  const bool is_word = std::ranges::all_of(answer->token, [](char c) { return c > ' ' && c < '\x7f'; });
  if (answer->token.empty() || !is_word || answer->lifetime.count() < 0) std::abort();
  return 0;
}
