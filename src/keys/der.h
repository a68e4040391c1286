// DER, as far as keys need it: one element after the other, as views into the bytes.
//
// Spec: X.690. One value has one spelling: lengths are definite and as short as can be, tags are one byte.
// Nothing is copied, so a private key may be read where it lies. Thread rule: a value.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"

namespace hauberk {

namespace der {
inline constexpr unsigned char integer = 0x02, bit_string = 0x03, octet_string = 0x04, null = 0x05,
                               object_id = 0x06, sequence = 0x30;
}  // namespace der

class DerReader {
 public:
  // `what` names the document in messages, and must outlive the reader.
  DerReader(std::string_view bytes, std::string_view what) : rest_(bytes), what_(what) {}

  bool at_end() const { return rest_.empty(); }
  bool next_is(unsigned char tag) const {
    return !rest_.empty() && static_cast<unsigned char>(rest_.front()) == tag;
  }

  // The content of the next element. invalid_input: it has another tag, or is no DER.
  Result<std::string_view> take(unsigned char tag);
  // The same, for an element that holds others.
  Result<DerReader> enter(unsigned char tag);
  // Passes over the next element if it has this tag.
  Status skip(unsigned char tag);
  // invalid_input: something follows.
  Status end() const;

 private:
  std::unexpected<Error> malformed(std::string_view why) const;
  Result<std::size_t> take_length();
  unsigned char take_byte();

  std::string_view rest_;
  std::string_view what_;
};

}  // namespace hauberk
