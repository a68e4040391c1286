// A test's command, split into words as a shell does, without any expansion.
//
// Spec: DESIGN section 3. Quotes ' and " and the backslash work as in POSIX sh; words that begin with "@"
// are the prober's (`@http`, `@tcp`, `@stays`, `@stop`, `@start`; trial/command.h reads them) and are checked
// here, so that a misspelt one is found before the image is built. Thread rule: functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hauberk {

// invalid_input: a quote that is not closed, or a backslash at the end.
Result<std::vector<std::string>> split_test_words(std::string_view command);

}  // namespace hauberk
