// The machine's clock.
//
// SPDX-License-Identifier: Apache-2.0
#include "io/clock.h"

#include <chrono>

namespace hauberk {
namespace {

class SystemClock final : public Clock {
 public:
  Time now() const override {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  }
};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

}  // namespace hauberk
