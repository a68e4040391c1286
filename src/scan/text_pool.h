// Many texts in one, each once.
//
// Private to src/scan. Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scan/advisory_table.h"

namespace hauberk {

class TextPool {
 public:
  // The place of `text`; the same for the same text. Past 4 GiB, is_full() is true and what is given is "".
  TextRef intern(std::string_view text);

  // Without looking whether it is there already: for long texts that hardly repeat.
  TextRef append(std::string_view text);

  std::string_view view(TextRef ref) const { return std::string_view(text_).substr(ref.offset, ref.size); }
  const std::string& text() const { return text_; }
  bool is_full() const { return full_; }

 private:
  void grow();
  std::string text_;
  std::vector<TextRef> slots_ = std::vector<TextRef>(1024);  // open addressing; size 0 is free
  std::size_t used_ = 0;
  bool full_ = false;
};

}  // namespace hauberk
