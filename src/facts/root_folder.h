// A plain root folder as an image of one layer.
//
// The layer is a tar of the folder, made while it is read: entries sorted by path, owners, modes, times, hard
// links and extended attributes as they are. Nothing outside the folder is reached: no link is followed,
// other file systems mounted in it (proc, sys, volumes) count as empty folders. Sockets have no place in a
// tar and are left out. It has no config: only the platform of the machine, or the one that was named.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/platform.h"
#include "oci/image_source.h"

namespace hauberk {

// not_found: no such folder. Its layer fails with io for what may not be read, conflict for a file that
// changes meanwhile, limit_exceeded for folders more than 200 deep.
Result<std::unique_ptr<ImageSource>> open_root_folder(const std::string& path,
                                                      const std::optional<Platform>& platform = {});

}  // namespace hauberk
