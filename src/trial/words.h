// A command of a test, split into words as a shell splits them, and without anything else a shell does.
//
// Spec: POSIX.1-2017, Shell Command Language, section 2.2 "Quoting" and 2.6.5 "Field Splitting". Blanks and
// newlines separate words; '...' is literal; within "..." a backslash escapes only $ ` " \ and newline;
// outside quotes a backslash escapes any character. Nothing is expanded and no operator is known: $, *, |,
// ; and # are letters.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hauberk {

// The words of `text`; none for blanks alone. invalid_input: a quote that is not closed, a backslash at the
// end, a NUL; limit_exceeded: more than 64 KiB.
Result<std::vector<std::string>> split_words(std::string_view text);

// `word` so that split_words() and a shell read it back as the one word it is.
std::string quote_word(std::string_view word);

}  // namespace hauberk
