// Progress for people: one line on a terminal that shows the stage and how far it is.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/progress.h"

namespace hauberk {

// `draw`: standard error is a terminal; otherwise nothing is drawn. Warnings go to `warn`, one at a time.
std::unique_ptr<Progress> make_progress(bool draw, std::function<void(std::string_view)> warn);

// "12.3 MB", "4 kB": decimal units, as storage and networks are sold.
std::string human_size(std::uint64_t bytes);

}  // namespace hauberk
