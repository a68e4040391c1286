// An image's layers, unpacked one on the other into a folder that the container's root becomes.
//
// Spec: OCI image-spec 1.1, layer.md, "Applying Changesets" and "Whiteouts". Layers are hostile input: every
// entry is placed with openat2 below the folder, following no link, so that an archive reaches nothing
// outside, whatever its names and links say. Devices are never made (the runtime makes the usual ones);
// file capabilities and other extended attributes are left out. The folder is scratch: nothing is synced.
// Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <unordered_set>

#include "io/dir.h"
#include "io/stream.h"
#include "tar/reader.h"

namespace hauberk {

class RootFolder {
 public:
  // An existing, empty folder. With `owners`, files get the owners that the layers say, which needs root
  // or a user namespace; without, all stay ours.
  static Result<RootFolder> open(const std::string& path, bool owners);

  // Applies one layer's tar. invalid_input: an entry that leads through a link or out of the folder, a
  // whiteout that names nothing; unsupported: an owner that this namespace does not have.
  Status apply(ByteSource& tar);

 private:
  RootFolder(Fd root, bool owners) : root_(std::move(root)), owners_(owners) {}

  Status place(const TarEntry& entry, TarReader& reader);
  Status create(int parent, const std::string& name, const TarEntry& entry, TarReader& reader);
  Status create_file(int parent, const std::string& name, const TarEntry& entry, TarReader& reader);
  Status create_link(int parent, const std::string& name, const TarEntry& entry);
  Status make_directory(int parent, const std::string& name, const TarEntry& entry);
  Status set_owner(int parent, const std::string& name, const TarEntry& entry);
  Status white_out(const std::string& folder, std::string_view name);
  Status hide(int parent, const std::string& name, const std::string& path);
  Status hide_below(int folder, const std::string& path);
  Result<Fd> open_folder(const std::string& path, bool create);
  void note(const std::string& path);

  Fd root_;
  bool owners_;
  std::unordered_set<std::string> added_;  // by the current layer, with the folders above: whiteouts spare it
};

}  // namespace hauberk
