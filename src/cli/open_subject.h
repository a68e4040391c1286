// What a user means by IMAGE where any image will do: ours, others', in any form.
//
//   NAME                    an image of the store: name, name:tag, name@digest or digest
//   oci:DIR[:NAME]          an OCI layout
//   oci-archive:FILE[:NAME]
//   docker-archive:FILE[:NAME]   of "docker save"
//   dir:PATH                a plain root folder
//   PATH                    any of these, told by what is in it
//
// A word that is a name in the store is that; else a path, if there is one.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/platform.h"
#include "cli/command.h"
#include "oci/image_source.h"

namespace hauberk {

struct Subject {
  std::unique_ptr<Store> store;  // null where there is none and none is needed: then nothing is cached
  std::unique_ptr<ImageSource> image;
};

// `platform` is for images of several: this machine's where none is named, else the first. not_found says
// what would work; other kinds as open_image() and open_root_folder().
Result<Subject> open_subject(const Session& session, const std::string& text,
                             const std::optional<Platform>& platform = {});

// For --help: one line.
inline constexpr const char* subject_help =
    "Name in the store, oci:DIR, oci-archive:FILE, docker-archive:FILE, dir:FOLDER, or a path";

}  // namespace hauberk
