// SPDX-License-Identifier: Apache-2.0
#include "scan/text_pool.h"

#include <functional>

namespace hauberk {

TextRef TextPool::append(std::string_view text) {
  if (text_.size() + text.size() > UINT32_MAX) {
    full_ = true;
    return {};
  }
  const TextRef ref{static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(text.size())};
  text_ += text;
  return ref;
}

TextRef TextPool::intern(std::string_view text) {
  if (text.empty()) return {};
  if (used_ * 2 >= slots_.size()) grow();
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = std::hash<std::string_view>()(text) & mask;; i = (i + 1) & mask) {
    TextRef& slot = slots_[i];
    if (slot.size == 0) {
      slot = append(text);
      if (slot.size != 0) ++used_;
      return slot;
    }
    if (view(slot) == text) return slot;
  }
}

void TextPool::grow() {
  std::vector<TextRef> old = std::move(slots_);
  slots_.assign(old.size() * 2, {});
  const std::size_t mask = slots_.size() - 1;
  for (const TextRef& ref : old) {
    if (ref.size == 0) continue;
    std::size_t i = std::hash<std::string_view>()(view(ref)) & mask;
    while (slots_[i].size != 0) i = (i + 1) & mask;
    slots_[i] = ref;
  }
}

}  // namespace hauberk
