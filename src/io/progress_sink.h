// Passes bytes on and says how many came by.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.h"
#include "io/stream.h"

namespace hauberk {

class ProgressSink final : public ByteSink {
 public:
  ProgressSink(ByteSink& next, Progress& progress) : next_(next), progress_(progress) {}
  Status write(std::span<const std::byte> bytes) override {
    TRY_STATUS(next_.write(bytes));
    progress_.advance(bytes.size());
    return {};
  }

 private:
  ByteSink& next_;
  Progress& progress_;
};

}  // namespace hauberk
