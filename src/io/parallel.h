// Work on several threads, with the same result as on one.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>

#include "base/result.h"

namespace hauberk {

// Calls work(i) for every i below `count`, on at most `threads` threads, in order of i as threads become
// free. Returns the error of the smallest i that failed; after a failure no new i is started.
Status parallel_for(std::size_t count, std::size_t threads, const std::function<Status(std::size_t)>& work);

// The number of processors that we may use, at least 1.
std::size_t processor_count();

}  // namespace hauberk
