// The definition of a build, read from its files: the definition, what it includes, its customisation.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "definition/definition.h"
#include "io/named_file.h"

namespace hauberk {

struct DefinitionSource {
  Definition definition;
  std::string catalog_root;            // the folder that `source:` and `includes` are relative to
  std::map<std::string, std::string> own_folders;  // `source:` of a customisation -> the folder of its file
  std::vector<std::string> warnings;
};

// The text of a definition or a customisation.
Result<std::string> read_definition_text(const std::string& path);

// Reads what the file includes: from below `catalog_root`, else from the nearest folder at or above the
// file's that has it.
ReadInclude includes_for(const std::string& catalog_root, const std::string& file_folder);

// Reads a definition and lays customisations on it, in their order. `catalog_root` empty: the nearest folder
// above the file that has what the definition names; the file's own folder if it names nothing. A `source:`
// of a customisation is relative to its own file. conflict: two of these texts name the same `source:`.
Result<DefinitionSource> read_definition(const std::string& path,
                                         const std::vector<std::string>& customisations,
                                         const std::string& catalog_root);

// unsupported, with the place: what a definition may say and we cannot build (contents.builds and artifacts,
// helm charts, packages of other families than Debian's).
Status check_buildable(const Definition& definition);

}  // namespace hauberk
