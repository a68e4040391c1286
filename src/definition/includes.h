// The files that a definition includes, and how they are laid together.
//
// An included file holds some of a definition's keys. What it says comes first, the including file
// after: mappings are merged key by key, lists appended, and where both give one value the including
// file's wins. `platforms`, `entrypoint`, `cmd` and `tags` are one value each. Thread rule: functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/yaml.h"
#include "definition/definition.h"
#include "definition/problems.h"

namespace hauberk {

struct IncludedFile {
  std::string file;
  YamlNode root;
};

// The included files in the order in which they are merged, the including one last. What cannot be read
// is a problem at the place of its `includes` entry; a file is read once, however often it is included.
std::vector<IncludedFile> with_includes(IncludedFile source, const ReadInclude& read, Problems& problems);

// Lays `over` on `base`.
Json merge_documents(Json base, const Json& over);

}  // namespace hauberk
