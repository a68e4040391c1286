// The files that a definition brings: by URL, and from the catalogue.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "fetch/context.h"

namespace hauberk {

// One of `contents.files`, checked by its checksum; without one, or with one that comes by URL, trusted on
// first use (docs/decisions/0009-trust-on-first-use.md).
Result<LockedFile> remote_file(const FetchContext& context, const RemoteFile& file);

// All that `paths` take from the catalogue, in the order of the paths; folders recursively, sorted. Links are
// refused, and so is everything outside the catalogue root.
Result<std::vector<LockedFile>> catalogue_files(const FetchContext& context, const Definition& definition,
                                                const std::string& catalog_root);

}  // namespace hauberk
