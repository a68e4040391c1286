// What all checks of one run share: the input, and what is worked out of it once.
//
// Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "check/check.h"
#include "check/image_accounts.h"
#include "check/image_root.h"
#include "check/tools.h"
#include "check/words.h"
#include "check/write_access.h"

namespace hauberk {

class CheckContext {
 public:
  // `base` is the context of the image that this one stands on, for the profile app; else null.
  CheckContext(const CheckInput& input, const CheckContext* base);
  CheckContext(const CheckContext&) = delete;

  const CheckInput& input() const { return input_; }
  const Facts& facts() const { return input_.facts; }
  const ImageRoot& root() const { return root_; }
  const ImageAccounts& accounts() const { return accounts_; }
  const RunningUser& user() const { return user_; }
  WriteAccess& access() { return access_; }

  // The files to judge one by one: all, or for an app those that its base has not just like this.
  const std::vector<const File*>& judged_files() const { return judged_; }
  bool is_of_base(const File& file) const;

  // An image that somebody else's build made on top of ours keeps our history, so each layer is told apart.
  enum class LayerKind { foreign, packages, definition, squashed };
  LayerKind layer_kind(std::size_t layer) const;

  // Shells, package managers and the like, found once.
  const std::vector<FoundTool>& tools() const { return tools_; }

  // Paths where the image is meant to write: those of the annotation, and its volumes; relative to the root.
  const std::vector<std::string>& writable_paths() const { return writable_; }

  // The file that a package's list means: Debian's say bin/sh where the image has usr/bin/sh. Null: none.
  const File* listed_file(std::string_view path) const;

 private:
  const CheckInput& input_;
  const CheckContext* base_;
  ImageRoot root_;
  ImageAccounts accounts_;
  RunningUser user_;
  WriteAccess access_;
  std::vector<const File*> judged_;
  std::vector<LayerKind> layers_;
  std::vector<std::string> writable_;
  std::vector<FoundTool> tools_;
};

// Seconds since 1970 of RFC 3339 as builders write it: fractions (rounded up) and offsets too; none: it is
// none.
std::optional<std::int64_t> time_of(std::string_view rfc3339);

}  // namespace hauberk
