// SPDX-License-Identifier: Apache-2.0
#include "keys/der.h"

namespace hauberk {

std::unexpected<Error> DerReader::malformed(std::string_view why) const {
  return fail(ErrorKind::invalid_input, "cannot read {}: {}", what_, why);
}

unsigned char DerReader::take_byte() {
  const auto byte = static_cast<unsigned char>(rest_.front());
  rest_.remove_prefix(1);
  return byte;
}

// One byte below 128, or the number of length bytes and then those.
Result<std::size_t> DerReader::take_length() {
  if (rest_.empty()) return malformed("it is cut short");
  const unsigned char first = take_byte();
  if (first < 0x80) return first;
  const std::size_t count = first & 0x7f;
  if (count == 0 || count > 3) return malformed("an element has a length that no key needs");
  if (rest_.size() < count) return malformed("it is cut short");
  std::size_t length = 0;
  for (std::size_t i = 0; i < count; ++i) length = length << 8 | take_byte();
  const bool shortest = length >= 0x80 && length >> (8 * (count - 1)) != 0;
  if (!shortest) return malformed("a length is written longer than it has to be");
  return length;
}

Result<std::string_view> DerReader::take(unsigned char tag) {
  if (rest_.empty()) return malformed("it is cut short");
  if (!next_is(tag)) return malformed("an element is not of the kind that stands there in a key");
  take_byte();
  TRY(const std::size_t length, take_length());
  if (length > rest_.size()) return malformed("it is cut short");
  const std::string_view content = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return content;
}

Result<DerReader> DerReader::enter(unsigned char tag) {
  TRY(const std::string_view content, take(tag));
  return DerReader(content, what_);
}

Status DerReader::skip(unsigned char tag) {
  if (next_is(tag)) {
    TRY([[maybe_unused]] const std::string_view skipped, take(tag));
  }
  return {};
}

Status DerReader::end() const {
  if (!rest_.empty()) return malformed("something follows after its end");
  return {};
}

}  // namespace hauberk
