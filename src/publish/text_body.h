// A text as the body of a request: a manifest, a form.
//
// Thread rule: may be read by several.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "io/http.h"

namespace hauberk {

class TextBody final : public HttpBody {
 public:
  // `text` is not owned.
  explicit TextBody(std::string_view text) : text_(text) {}
  std::uint64_t size_bytes() const override { return text_.size(); }
  Result<std::unique_ptr<ByteSource>> open() const override { return std::make_unique<MemorySource>(text_); }

 private:
  std::string_view text_;
};

}  // namespace hauberk
