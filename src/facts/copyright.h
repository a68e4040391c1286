// The licences that a Debian copyright file states.
//
// Spec: Debian's machine-readable copyright format 1.0. Older files are prose, which is named and not guessed
// at. Real files break the format's rules of fields in many ways, so only what is asked for is looked at: the
// first paragraph's Format, and the License of the paragraphs of files. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "facts/package.h"

namespace hauberk {

// True for usr/share/doc/<package>/copyright.
bool is_copyright_path(std::string_view path);

// One for each different expression, sorted; "NOASSERTION" alone for prose and for files without any License.
// What covers only debian/* (the packaging) does not count where there is something else. limit_exceeded:
// more than 8 MiB, or more than 10,000 paragraphs of files.
Result<std::vector<Licence>> read_copyright(std::string_view path, std::string_view text);

}  // namespace hauberk
