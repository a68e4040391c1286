// One message between signer and client: a small JSON object, and bytes.
//
//   4 bytes  length of the header, most significant first; at most 64 KiB
//   4 bytes  length of the payload; at most 64 MiB
//   header   canonical JSON, an object
//   payload  what is to be signed, or was, byte for byte
//
// The payload stands beside the JSON, so that a statement of megabytes is neither escaped nor parsed twice.
// Thread rule: values; a MessageReader by one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace hauberk {

inline constexpr std::size_t most_header_bytes = 64 << 10;
inline constexpr std::size_t most_payload_bytes = 64 << 20;

struct Message {
  Json header = Json::object();
  std::string payload = {};

  friend bool operator==(const Message&, const Message&) = default;
};

// limit_exceeded: the payload is too long.
Result<std::string> bytes_of(const Message& message);

// Takes bytes as they come, and gives whole messages.
class MessageReader {
 public:
  void feed(std::string_view bytes) { buffer_.append(bytes); }

  // None: more bytes are needed. limit_exceeded, invalid_input: nothing that follows can be understood.
  Result<std::optional<Message>> next();

  // Whether a message has begun and not ended.
  bool is_within() const { return !buffer_.empty(); }

 private:
  std::string buffer_;
};

}  // namespace hauberk
