// SPDX-License-Identifier: Apache-2.0
#include "signer/message.h"

#include <cstdint>

namespace hauberk {
namespace {

constexpr std::size_t prefix_bytes = 8;

void append_length(std::string& bytes, std::size_t length) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(length >> shift & 0xff);
}

std::size_t length_at(std::string_view bytes, std::size_t at) {
  std::uint32_t length = 0;
  for (const char byte : bytes.substr(at, 4)) length = length << 8 | static_cast<unsigned char>(byte);
  return length;
}

Status check_lengths(std::size_t header, std::size_t payload) {
  if (header <= most_header_bytes && payload <= most_payload_bytes) return {};
  return fail(
      ErrorKind::limit_exceeded,
      "a message to or from the signer has {} and {} bytes, and {} and {} are the most that it may have",
      header, payload, most_header_bytes, most_payload_bytes);
}

}  // namespace

Result<std::string> bytes_of(const Message& message) {
  const std::string header = canonical_json(message.header);
  TRY_STATUS(check_lengths(header.size(), message.payload.size()));
  std::string bytes;
  bytes.reserve(prefix_bytes + header.size() + message.payload.size());
  append_length(bytes, header.size());
  append_length(bytes, message.payload.size());
  return bytes.append(header).append(message.payload);
}

Result<std::optional<Message>> MessageReader::next() {
  if (buffer_.size() < prefix_bytes) return std::nullopt;
  const std::size_t header_size = length_at(buffer_, 0), payload_size = length_at(buffer_, 4);
  TRY_STATUS(check_lengths(header_size, payload_size));
  const std::size_t size = prefix_bytes + header_size + payload_size;
  if (buffer_.size() < size) return std::nullopt;
  const std::string_view header = std::string_view(buffer_).substr(prefix_bytes, header_size);
  auto json = parse_json(header, {.size_bytes = most_header_bytes, .depth = 8});
  if (!json) return wrap(std::move(json).error(), "a message to or from the signer");
  if (!json->is_object())
    return fail(ErrorKind::invalid_input, "a message to or from the signer is no JSON object");
  Message message{*std::move(json), buffer_.substr(prefix_bytes + header_size, payload_size)};
  buffer_.erase(0, size);
  return message;
}

}  // namespace hauberk
