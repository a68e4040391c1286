// What a definition adds to the tree of its packages, in the order in which later wins: merged /usr, effects,
// accounts, os-release, dpkg's and apt's records, files, paths, and the folders that running needs.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "assemble/effects.h"
#include "assemble/guards.h"
#include "assemble/overlay.h"
#include "definition/definition.h"
#include "resolve/lock.h"
#include "store/store.h"

namespace hauberk {

// The links /bin, /lib, ... into /usr, for those that packages need and none brings.
Status add_merged_usr(Overlay& overlay);

// /usr/lib/os-release and the link to it. Nothing if the definition says nothing.
Status add_os_release(Overlay& overlay, const Definition& definition);

// /etc/apt/sources.list.d/hauberk.sources, for images with apt that the definition gives no sources.
Status add_apt_sources(Overlay& overlay, const Lock& lock);

// contents.files: single files, and archives unpacked (tar, alone or compressed with gzip, xz or zstd).
Status add_files(Overlay& overlay, const Definition& definition, const Lock& lock, const Store& store);

// `paths`, in their order.
Status add_paths(Overlay& overlay, const Definition& definition, const Lock& lock);

// The working directory, the volumes and the paths of "hauberk.writable", where they are missing: a
// read-only root cannot make them when the container starts. Everybody may write to the latter, as to /tmp.
Status add_run_folders(Overlay& overlay, const Definition& definition);

// The words of the annotation "hauberk.writable".
std::vector<std::string> writable_paths(const Definition& definition);

}  // namespace hauberk
