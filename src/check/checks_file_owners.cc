// Checks FS-05, FS-06 and FS-10: whose files they are, who may change them, and where they come from.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <unordered_map>

#include "check/file_sorts.h"
#include "check/table.h"

namespace hauberk {
namespace {

using Type = TarEntry::Type;
using LayerKind = CheckContext::LayerKind;

constexpr std::string_view no_files = "the image has no files";
// Debian's policy, 9.2.2: these ids mean the same on every Debian system, and are given to nobody else.
constexpr std::uint32_t first_dynamic_id = 100;

bool is_debian(const Facts& facts) {
  return std::ranges::any_of(facts.packages,
                             [](const Package& package) { return package.kind == Package::Kind::deb; });
}

std::string unknown_owner(const CheckContext& context, const TarEntry& entry, std::uint32_t first_unknown) {
  const auto is_known = [&](std::uint32_t id, std::uint32_t own, bool has_entry) {
    return id == 0 || id == own || id < first_unknown || has_entry;
  };
  const ImageAccounts& accounts = context.accounts();
  std::string text;
  if (!is_known(entry.uid, context.user().uid, accounts.user(entry.uid) != nullptr)) {
    text = fmt::format("no user has the id {}", entry.uid);
  }
  if (!is_known(entry.gid, context.user().gid, accounts.group(entry.gid) != nullptr)) {
    text += fmt::format("{}no group has the id {}", text.empty() ? "" : ", ", entry.gid);
  }
  return text;
}

// A program, a library or a setting; a system folder; or code that an interpreter runs.
bool is_part_of_system(const File& file) {
  const TarEntry& entry = file.entry;
  if (entry.type == Type::symlink) return is_system_path(entry.path);
  if (entry.type == Type::directory) return is_system_path(entry.path);
  return is_regular(entry) && (is_system_path(entry.path) || file.elf.has_value() || is_executable(entry));
}

// Where several things may be written because of one folder, the folder alone is the finding.
class Levers {
 public:
  bool covers(std::string_view path) const {
    for (std::string_view above = folder_of(path);; above = folder_of(above)) {
      if (reported_.contains(above)) return true;
      if (above.empty()) return false;
    }
  }
  void add(std::string_view folder) { reported_.insert(folder); }

 private:
  std::set<std::string_view> reported_;
};

void judge_writable(CheckContext& context, const File& file, Levers& levers,
                    std::vector<CheckFinding>& findings) {
  const TarEntry& entry = file.entry;
  if (levers.covers(entry.path) || !context.access().may_control(entry.path)) return;
  const bool by_folder = context.access().is_replaceable(entry.path);
  if (entry.type == Type::symlink && !by_folder) return;  // a link's own mode means nothing
  if (!by_folder) {
    findings.push_back({entry.path, context.access().why_writable(entry)});
    if (entry.type == Type::directory) levers.add(entry.path);
    return;
  }
  const std::string_view lever = context.access().lever_of(entry.path);
  findings.push_back({entry.path,
                      fmt::format("can be replaced: the folder /{} can be written by the image's user",
                                  lever)});
  if (is_system_path(lever) || entry.type == Type::directory) {
    levers.add(entry.type == Type::directory ? std::string_view(entry.path) : lever);
  }
}

// --- FS-10 -----------------------------------------------------------------------------------------

// What the lists of all packages say of each path that is there: the sums that would be right.
using ListedSums = std::unordered_map<std::string_view, std::vector<std::string_view>>;

ListedSums listed_sums(const CheckContext& context) {
  ListedSums sums;
  sums.reserve(context.facts().files.size());
  for (const auto& [package, files] : context.facts().listed) {
    for (const ListedFile& file : files) {
      const File* there = context.listed_file(file.path);
      if (there == nullptr) continue;
      auto& right = sums[there->entry.path];
      if (!file.md5.empty()) right.push_back(file.md5);
    }
  }
  return sums;
}

// dpkg's own lists name links and settings too; those of images without dpkg (status.d) only what has a sum.
bool has_full_lists(const Facts& facts) {
  return std::ranges::any_of(facts.packages, [](const Package& package) {
    return (package.kind == Package::Kind::deb && package.record == "var/lib/dpkg/status") ||
           package.kind == Package::Kind::apk;
  });
}

struct Origins {
  const CheckContext& context;
  ListedSums sums;
  bool full_lists;

  // "" for a file that comes from a package or from what the definition adds.
  std::string complaint(const File& file) const {
    const LayerKind layer = context.layer_kind(file.layer);
    if (layer == LayerKind::definition) return "";
    const auto listed = sums.find(file.entry.path);
    if (listed != sums.end() || !file.owners.empty()) return changed(file, listed, layer);
    if (layer == LayerKind::squashed || is_excused(file, layer)) return "";
    return "no package and no definition brought it";
  }

 private:
  std::string changed(const File& file, ListedSums::const_iterator listed, LayerKind layer) const {
    const bool has_sums = listed != sums.end() && !listed->second.empty();
    if (!has_sums || file.md5.empty() || !is_regular(file.entry)) return "";
    if (std::ranges::find(listed->second, file.md5) != listed->second.end()) return "";
    // One layer for all: what a definition laid over a package's file cannot be told from a change.
    if (layer == LayerKind::squashed && file.entry.path.starts_with("etc/")) return "";
    return "is not what its package brought: the MD5 sum differs";
  }

  bool is_excused(const File& file, LayerKind layer) const {
    const std::string& path = file.entry.path;
    if (is_generated(path)) return true;
    if (file.entry.type == Type::symlink) return !full_lists || links_to_listed(path);
    if (full_lists) return false;
    // A package's settings have no sum there, and lie in its own layer.
    return layer == LayerKind::packages && (path.starts_with("etc/") || path.starts_with("usr/share/doc/"));
  }

  // What installation scripts link (/usr/bin/awk) leads to a package's file.
  bool links_to_listed(std::string_view path) const {
    const auto target = context.root().follow(path);
    return target.kind == ImageRoot::Target::Kind::there && sums.contains(target.path);
  }
};

bool has_origin(const TarEntry& entry) { return is_regular(entry) || entry.type == Type::symlink; }

}  // namespace

CheckAnswer check_owners_known(CheckContext& context) {
  if (context.judged_files().empty()) return not_applicable(std::string(no_files));
  const std::uint32_t first_unknown = is_debian(context.facts()) ? first_dynamic_id : 0;
  std::vector<CheckFinding> findings;
  for (const File* file : context.judged_files()) {
    std::string text = unknown_owner(context, file->entry, first_unknown);
    if (!text.empty()) findings.push_back({file->entry.path, std::move(text)});
  }
  return judged(std::move(findings));
}

CheckAnswer check_system_not_writable(CheckContext& context) {
  const Facts& facts = context.facts();
  if (facts.is_folder) return not_applicable("a folder says nothing about who runs in it");
  if (facts.files.empty()) return not_applicable(std::string(no_files));
  if (context.user().is_root())
    return not_checked("the program runs as root, who may write everything (USR-01)");
  std::vector<CheckFinding> findings;
  Levers levers;
  for (const File& file : facts.files) {
    if (is_part_of_system(file)) judge_writable(context, file, levers, findings);
  }
  return judged(std::move(findings));
}

CheckAnswer check_every_file_owned(CheckContext& context) {
  const Facts& facts = context.facts();
  if (context.judged_files().empty()) return not_applicable(std::string(no_files));
  if (!facts.has_package_record)
    return not_checked("there is no record of packages to compare with (PKG-09)");
  const Origins origins{context, listed_sums(context), has_full_lists(facts)};
  std::vector<CheckFinding> findings;
  std::size_t own = 0;
  for (const File* file : context.judged_files()) {
    if (!has_origin(file->entry)) continue;
    std::string complaint = origins.complaint(*file);
    if (complaint.empty()) continue;
    // An app is what is added: only what it does to packages' files is judged.
    if (context.input().profile == CheckProfile::app && complaint.starts_with("no package")) {
      ++own;
      continue;
    }
    findings.push_back({file->entry.path, std::move(complaint)});
  }
  return judged(std::move(findings),
                own == 0 ? ""
                         : fmt::format("{} of the app itself, which no package lists", counted(own, "file")));
}

}  // namespace hauberk
