// Progress for people: one line on a terminal that shows the stage and how far it is.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/progress.h"

namespace hauberk {

// `draw`: standard error is a terminal. Otherwise only warnings are printed, and not even these if `quiet`.
std::unique_ptr<Progress> make_progress(bool draw, bool quiet);

// "12.3 MB", "4 kB": decimal units, as storage and networks are sold.
std::string human_size(std::uint64_t bytes);

}  // namespace hauberk
