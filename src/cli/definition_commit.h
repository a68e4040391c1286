// Where a definition is in git: what provenance says of its origin.
//
// Only names and contents are asked of git, nothing that its configuration could have it run: a catalogue is
// a stranger's folder, and may bring a .git of its own.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace hauberk {

struct DefinitionCommit {
  std::string commit;  // the commit checked out, if it has the file with these very bytes; else empty
  std::string path;  // below the repository's root; the file's own name where there is no git
};

DefinitionCommit commit_of_definition(const std::string& file);

}  // namespace hauberk
