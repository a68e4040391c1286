// Any bytes as a file and as a line: the first line is the path. What is said of them names only kinds, stays
// within its limits, and never shows more of a secret than what all of its kind begin with.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "facts/secrets.h"

namespace {

void check(const std::vector<hauberk::FoundSecret>& secrets) {
  if (secrets.size() > 100) std::abort();
  for (const hauberk::FoundSecret& secret : secrets) {
    if (secret.kind.empty() || secret.hint.size() > 80) std::abort();
    if (!secret.hint.ends_with(" characters)")) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::string_view path = all.substr(0, all.find('\n'));
  check(hauberk::find_secrets(path, all.substr(path.size())));
  check(hauberk::find_secrets_in_text(all));
  return 0;
}
