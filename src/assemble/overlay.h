// What the image adds to its packages: the content of the top layer, over a view of the whole tree.
//
// Later additions win over earlier ones and over packages. Contents that are large stay where they are (the
// vault, a package layer, an archive) and are streamed when the layer is written. Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "assemble/tree.h"
#include "base/digest.h"

namespace hauberk {

// Where a file's bytes come from.
struct VaultFile {
  Digest digest;
};
struct LayerFile {
  std::size_t layer;   // a package layer
  std::string path;    // in it
};
struct ArchiveMember {
  Digest archive;      // in the vault
  std::string path;    // in it
};
using Content = std::variant<std::string, VaultFile, LayerFile, ArchiveMember>;

class Overlay {
 public:
  // `tree` must outlive the overlay. `time` is the mtime of everything added.
  Overlay(const Tree& tree, std::int64_t time) : tree_(tree), time_(time) {}

  struct Owner {
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::uint32_t mode = 0;
  };
  struct Addition {
    TarEntry entry;
    Content content;  // files only
  };

  // The entry as the image will have it, if there is one.
  std::optional<TarEntry> find(std::string_view path) const;

  // All paths below a folder, as the image will have them, sorted.
  std::vector<std::string> below(std::string_view folder) const;

  // Parents that are missing are made (root, 0755). What is at the path is replaced; a folder stays a folder
  // and only its owner and mode change. invalid_input: the path lies behind a link or below a file.
  Status add_file(std::string_view path, const Owner& owner, std::uint64_t size_bytes, Content content);
  Status add_text(std::string_view path, const Owner& owner, std::string text);
  Status add_folder(std::string_view path, const Owner& owner);
  Status add_symlink(std::string_view path, std::string_view target, std::uint32_t uid = 0,
                     std::uint32_t gid = 0);

  // Another owner or mode for what is there; its bytes stay.
  void change(const std::string& path, std::optional<std::uint32_t> uid, std::optional<std::uint32_t> gid,
              std::optional<std::uint32_t> mode);

  // Takes the path and all below it out of the image. Nothing there is fine.
  void remove(std::string_view path);

  const std::map<std::string, Addition>& additions() const { return additions_; }

  // Paths of packages that are gone and that no addition replaces by itself: to be whited out. Sorted.
  std::vector<std::string> removed() const;

  bool empty() const { return additions_.empty() && removed_.empty(); }

 private:
  Status put(TarEntry entry, Content content);
  Status make_parents(std::string_view path);
  bool is_removed(std::string_view path) const;
  std::string uppermost_gone(std::string_view root, std::string_view path) const;

  const Tree& tree_;
  std::int64_t time_;
  std::map<std::string, Addition> additions_;
  std::set<std::string, std::less<>> removed_;  // package paths (roots of what is gone)
};

}  // namespace hauberk
