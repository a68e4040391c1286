// A stage of Progress that ends with its scope, however the work ends.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/progress.h"

namespace hauberk {

class Stage {
 public:
  Stage(Progress& progress, std::string_view name, std::uint64_t total, std::string_view unit)
      : progress_(progress) {
    progress_.begin(name, total, unit);
  }
  ~Stage() { progress_.end(); }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

 private:
  Progress& progress_;
};

}  // namespace hauberk
