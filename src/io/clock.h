// Where time comes from.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.h"

namespace hauberk {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

// The machine's clock.
const Clock& system_clock();

// Stands still at one time; for tests and for judging a lock at its own time.
class FixedClock final : public Clock {
 public:
  explicit FixedClock(Time now) : now_(now) {}
  Time now() const override { return now_; }

 private:
  Time now_;
};

}  // namespace hauberk
