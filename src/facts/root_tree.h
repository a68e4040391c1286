// Layers laid one on the other: what the container sees, and what is hidden beneath.
//
// Spec: OCI image-spec 1.1, layer.md, "Applying Changesets" and "Whiteouts"; where it is silent, as
// containerd does: an entry whose folder is a link in the root so far goes where the link leads, inside the
// root; a folder over a folder keeps what is in it, and anything else over anything else replaces it. A
// whiteout hides what lower layers brought, never what its own layer does. What contradicts the rules is a
// problem, and no failure. Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "facts/facts.h"
#include "facts/layer_facts.h"

namespace hauberk {

class RootTree {
 public:
  // The next layer. `files` and `texts` are taken out of it.
  void apply(LayerFacts& layer, std::size_t number);

  // The path in the root that a path of the layer leads to, if what is there came from that layer.
  std::optional<std::string> shown(std::string_view path, std::size_t layer) const;

  std::vector<File> take_files();           // sorted by path
  std::vector<HiddenFile> take_hidden();    // sorted by path, layer
  std::vector<std::string> take_problems() { return std::move(problems_); }
  std::map<std::string, std::string> take_texts() { return std::move(texts_); }  // of files that are seen

 private:
  using Nodes = std::map<std::string, File, std::less<>>;

  void white_out(const LayerFile& file, std::size_t number);
  void hide_below(std::string_view folder, std::size_t by);
  void hide(Nodes::iterator node, std::size_t by);
  void place(LayerFile& file, std::size_t number, LayerFacts& layer);
  void link(File& file);
  std::string real_path(std::string_view path);
  std::string real_folder(std::string_view folder);
  void check_folder(const std::string& folder, std::size_t number);
  const TarEntry* find(std::string_view path) const;
  void problem(std::string_view path, std::string_view why);

  Nodes nodes_;
  std::vector<HiddenFile> hidden_;
  std::vector<std::string> problems_;
  std::map<std::string, std::string> texts_;
  std::string folder_,
      real_folder_;  // the last folder that was asked for, since entries come folder by folder
  bool knows_folder_ = false;
};

}  // namespace hauberk
