// Any text either is refused or splits into words that, quoted again, split into the same words; and the
// prober's grammar takes or refuses it without harm.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "trial/command.h"
#include "trial/words.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto words = hauberk::split_words(text);
  if (words) {
    std::string again;
    for (const auto& word : *words) again += hauberk::quote_word(word) + " ";
    // Quoting may make a text longer than is accepted, which is no contradiction.
    const auto second = hauberk::split_words(again);
    if (second ? *second != *words : second.error().kind != hauberk::ErrorKind::limit_exceeded) std::abort();
  }
  (void)hauberk::parse_trial_command(text);
  return 0;
}
