// What anybody may write to a signer's socket, or a signer to its client.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "signer/protocol.h"

namespace {

void try_message(const hauberk::Message& message) {
  if (const auto request = hauberk::parse_request(message)) {
    const auto again = hauberk::parse_request(hauberk::message_of(*request));
    if (!again || *again != *request) std::abort();
  }
  if (const auto answer = hauberk::parse_answer(message)) {
    const auto again = hauberk::parse_answer(hauberk::message_of(answer));
    if (!again || *again != *answer) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  hauberk::MessageReader reader;
  // In two parts, as a stream may bring it.
  for (const auto part : {text.substr(0, size / 2), text.substr(size / 2)}) {
    reader.feed(part);
    for (;;) {
      const auto message = reader.next();
      if (!message) return 0;
      if (!*message) break;
      try_message(**message);
    }
  }
  return 0;
}
