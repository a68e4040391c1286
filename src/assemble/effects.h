// Effects: what an image needs of what its packages' maintainer scripts would have done.
//
// DESIGN section 4, "No maintainer script runs, ever". A build executes no code of a package. A reviewed
// table (effects_table.inc) says for each package, script and hash of the script which of our own named
// effects stand in for it, or "none": nothing that an image needs. docs/decisions/0016-effects.md has the
// reasons; tools/effects-diff compares with what real dpkg makes, which is the table's proof.
//
// Only preinst and postinst decide what a fresh install does. A `triggers` file holds no commands: what a
// trigger does is done by the postinst of the package that is interested in it, and that one is reviewed
// as if triggered. So other control members may be passed, and are passed over. Thread rule: pure
// functions of their arguments.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/platform.h"
#include "base/result.h"
#include "tar/entry.h"

namespace hauberk {

// One package's control members that are scripts.
struct PackageScripts {
  std::string package;
  std::map<std::string, Digest> scripts;  // "postinst" -> sha256 of its bytes
};

// A file, symlink or directory that an effect adds. The path is relative, in the merged-/usr form; parent
// folders that are missing, and the time, are the caller's. entry.size_bytes is that of `content`.
struct AddedFile {
  TarEntry entry;
  std::string content;
  std::string why;  // "ca-certificates: CA bundle"

  friend bool operator==(const AddedFile&, const AddedFile&) = default;
};

// What the closure has at a path (relative, merged /usr); none if it has nothing there.
using TypeAt = std::function<std::optional<TarEntry::Type>(std::string_view path)>;

struct EffectsInput {
  TypeAt type_at;
  const std::map<std::string, std::string>& contents;  // of those files for which effect_reads(path)
  bool has_dpkg = false;  // the image goes on using dpkg: its records of alternatives, users, ... count
  Platform platform = Platform::amd64();
};

// A system user and the group of the same name (or `group`), as adduser --system makes them.
struct SystemAccount {
  std::string name;
  std::optional<std::uint32_t> uid;  // none: the first free one from 100
  std::string group;                 // primary group: "nogroup", or the user's own
  std::string home;
  std::string shell;
  bool has_group_only = false;       // a group alone, without user

  friend bool operator==(const SystemAccount&, const SystemAccount&) = default;
};

// base-passwd's masters: the text of passwd.master and group.master.
struct BaseAccounts {
  std::string passwd;
  std::string group;

  friend bool operator==(const BaseAccounts&, const BaseAccounts&) = default;
};

struct EffectsOutcome {
  std::vector<AddedFile> files;        // sorted by path, one for each path
  std::vector<std::string> warnings;   // a script that nobody has reviewed, a source that is missing
  std::vector<std::string> applied;    // "ca-certificates: CA bundle", in the order of the packages
  std::optional<BaseAccounts> base_accounts;  // only if has_dpkg and base-passwd is there
  std::vector<SystemAccount> accounts;        // only if has_dpkg; a runtime image's are its definition's
};

// Whether the contents of the package file at this path (merged /usr) must be given to apply_effects: CA
// certificates, templates that scripts copy, passwd.master, lists of shells, PAM's profiles.
bool effect_reads(std::string_view path);

// Applies the table to the packages of one image. The order of `packages` does not matter. A script whose
// hash is not in the table is a warning that names it; if the table knows the script with another hash,
// the newest reviewed effects are applied all the same, since dropping the CA bundle on a point release
// would break images. invalid_input: a file that an effect must understand cannot be (a certificate that
// is none); conflict: two effects want different things at one path.
Result<EffectsOutcome> apply_effects(std::span<const PackageScripts> packages, const EffectsInput& input);

// Part of the recipe: another number whenever the table, or what an effect writes, has changed.
int effects_revision();

}  // namespace hauberk
