// Checks FS-01 to FS-04, FS-07 to FS-09 and FS-11 to FS-14: what kinds of files there are.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "check/file_sorts.h"
#include "check/table.h"

namespace hauberk {
namespace {

using Type = TarEntry::Type;
using Kind = ImageRoot::Target::Kind;

constexpr std::uint32_t setuid_or_setgid = 06000, sticky = 01000, all_write = 2;
constexpr std::string_view no_files = "the image has no files";
constexpr std::string_view capability_xattr = "security.capability";

// True where there is neither a file nor, for checks that look into every layer, a hidden one.
bool has_nothing(const CheckContext& context) {
  return context.judged_files().empty() && context.facts().hidden.empty();
}

std::string hidden_text(const HiddenFile& file) {
  return fmt::format("in layer {}, hidden by layer {}", file.layer + 1, file.hidden_by + 1);
}

bool is_setuid(const TarEntry& entry) { return is_regular(entry) && (entry.mode & setuid_or_setgid) != 0; }

bool has_capability(const TarEntry& entry) { return entry.xattrs.contains(std::string(capability_xattr)); }

// Calls `judge` with each judged entry of the root, and each hidden one with a note of where it is.
template <class Judge>
void each_entry_of_all_layers(const CheckContext& context, Judge judge) {
  for (const File* file : context.judged_files()) judge(file->entry, std::string());
  for (const HiddenFile& file : context.facts().hidden) judge(file.entry, ", " + hidden_text(file));
}

// capabilities(7), in the order of their numbers.
constexpr std::array capability_names = {"chown",
                                         "dac_override",
                                         "dac_read_search",
                                         "fowner",
                                         "fsetid",
                                         "kill",
                                         "setgid",
                                         "setuid",
                                         "setpcap",
                                         "linux_immutable",
                                         "net_bind_service",
                                         "net_broadcast",
                                         "net_admin",
                                         "net_raw",
                                         "ipc_lock",
                                         "ipc_owner",
                                         "sys_module",
                                         "sys_rawio",
                                         "sys_chroot",
                                         "sys_ptrace",
                                         "sys_pacct",
                                         "sys_admin",
                                         "sys_boot",
                                         "sys_nice",
                                         "sys_resource",
                                         "sys_time",
                                         "sys_tty_config",
                                         "mknod",
                                         "lease",
                                         "audit_write",
                                         "audit_control",
                                         "setfcap",
                                         "mac_override",
                                         "mac_admin",
                                         "syslog",
                                         "wake_alarm",
                                         "block_suspend",
                                         "audit_read",
                                         "perfmon",
                                         "bpf",
                                         "checkpoint_restore"};

std::uint32_t little_endian(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << 8 * i;
  return value;
}

// struct vfs_cap_data: a magic, then permitted and inheritable of the low 32, then of the high ones.
std::string capability_text(std::string_view value) {
  if (value.size() < 12) return "a capability of unknown form";
  std::uint64_t permitted = little_endian(value, 4);
  if (value.size() >= 20) permitted |= std::uint64_t{little_endian(value, 12)} << 32;
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < capability_names.size(); ++i) {
    if ((permitted >> i & 1) != 0) names.push_back(capability_names[i]);
  }
  return names.empty() ? "an empty capability" : fmt::format("may {}", fmt::join(names, ", "));
}

bool is_list_of_scratch(const CheckContext& context, std::string_view path) {
  static constexpr std::array shared = {"tmp",      "var/tmp", "run",       "var/run",
                                        "run/lock", "dev/shm", "dev/mqueue"};
  if (std::ranges::find(shared, path) != shared.end()) return true;
  return std::ranges::any_of(context.writable_paths(),
                             [&](const std::string& writable) { return is_below(path, writable); });
}

// What a container gets from its runtime, or is meant to write itself: no image has it.
bool is_made_at_run_time(const CheckContext& context, std::string_view path) {
  for (const std::string_view folder : {"dev", "proc", "sys", "run", "tmp"}) {
    if (is_below(path, folder)) return true;
  }
  return path == "etc/resolv.conf" || path == "etc/hosts" || path == "etc/hostname" ||
         std::ranges::any_of(context.writable_paths(),
                             [&](const std::string& writable) { return is_below(path, writable); });
}

// Any number may stand in a tar's header; beyond the year 9999 there is no date to write.
std::string date_text(std::int64_t seconds) {
  constexpr std::int64_t last = 253'402'300'799;
  return seconds > last ? "a time after the year 9999" : to_rfc3339(from_unix(seconds));
}

struct Ballast {
  std::size_t files = 0;
  std::uint64_t bytes = 0;
};

}  // namespace

CheckAnswer check_no_setuid(CheckContext& context) {
  if (has_nothing(context)) return not_applicable(std::string(no_files));
  std::vector<CheckFinding> findings;
  each_entry_of_all_layers(context, [&](const TarEntry& entry, const std::string& where) {
    if (is_setuid(entry)) findings.push_back({entry.path, mode_and_owner(entry) + where});
  });
  return judged(std::move(findings));
}

CheckAnswer check_no_capabilities(CheckContext& context) {
  if (has_nothing(context)) return not_applicable(std::string(no_files));
  std::vector<CheckFinding> findings;
  each_entry_of_all_layers(context, [&](const TarEntry& entry, const std::string& where) {
    const auto value = entry.xattrs.find(std::string(capability_xattr));
    if (value == entry.xattrs.end()) return;
    findings.push_back({entry.path, capability_text(value->second) + where});
  });
  return judged(std::move(findings));
}

CheckAnswer check_no_world_writable_files(CheckContext& context) {
  if (context.judged_files().empty()) return not_applicable(std::string(no_files));
  std::vector<CheckFinding> findings;
  for (const File* file : context.judged_files()) {
    if (is_regular(file->entry) && (file->entry.mode & all_write) != 0) {
      findings.push_back({file->entry.path, mode_and_owner(file->entry)});
    }
  }
  return judged(std::move(findings));
}

CheckAnswer check_world_writable_folders(CheckContext& context) {
  std::vector<CheckFinding> findings;
  bool any = false;
  for (const File* file : context.judged_files()) {
    const TarEntry& entry = file->entry;
    if (entry.type != Type::directory) continue;
    any = true;
    if ((entry.mode & all_write) == 0) continue;
    if ((entry.mode & sticky) == 0) {
      findings.push_back({entry.path, fmt::format("everybody may remove others' files in it: {}",
                                                  mode_and_owner(entry))});
    } else if (!is_list_of_scratch(context, entry.path)) {
      findings.push_back({entry.path,
                          "everybody may write to it, and nothing says that it is meant to be so"});
    }
  }
  return any ? judged(std::move(findings)) : not_applicable("the image has no folders of its own");
}

CheckAnswer check_no_special_files(CheckContext& context) {
  if (has_nothing(context)) return not_applicable(std::string(no_files));
  std::vector<CheckFinding> findings;
  each_entry_of_all_layers(context, [&](const TarEntry& entry, const std::string& where) {
    const bool is_device = entry.type == Type::character_device || entry.type == Type::block_device;
    if (!is_device && entry.type != Type::fifo) return;
    const std::string number =
        is_device ? fmt::format(" {}:{}", entry.device_major, entry.device_minor) : std::string();
    findings.push_back({entry.path, fmt::format("a {}{}{}", name_of(entry.type), number, where)});
  });
  return judged(std::move(findings));
}

CheckAnswer check_links_stay_inside(CheckContext& context) {
  std::vector<CheckFinding> findings;
  bool any = false;
  for (const File* file : context.judged_files()) {
    const TarEntry& entry = file->entry;
    if (entry.type != Type::symlink && entry.type != Type::hard_link) continue;
    any = true;
    if (entry.type == Type::hard_link) continue;  // its target is a file of the image, or it were no file
    const auto target = context.root().follow(entry.path);
    if (target.kind != Kind::outside) continue;
    findings.push_back({entry.path, fmt::format("leads out of the image: {}", entry.link_target)});
  }
  return any ? judged(std::move(findings)) : not_applicable("the image has no links");
}

CheckAnswer check_no_dangling_links(CheckContext& context) {
  std::vector<CheckFinding> findings;
  bool any = false;
  for (const File* file : context.judged_files()) {
    const TarEntry& entry = file->entry;
    if (entry.type != Type::symlink) continue;
    any = true;
    const auto target = context.root().follow(entry.path);
    const bool is_circle = target.kind == Kind::circle;
    if (!is_circle && (target.kind != Kind::missing || is_made_at_run_time(context, target.path))) continue;
    findings.push_back({entry.path, is_circle
                                        ? "leads in a circle"
                                        : fmt::format("leads to /{}, which is not there", target.path)});
  }
  return any ? judged(std::move(findings)) : not_applicable("the image has no symbolic links");
}

CheckAnswer check_nothing_bad_hidden(CheckContext& context) {
  if (context.facts().hidden.empty()) return not_applicable("no layer hides a file of another");
  std::vector<CheckFinding> findings;
  for (const HiddenFile& file : context.facts().hidden) {
    const TarEntry& entry = file.entry;
    std::string_view what = is_regular(entry) ? credential_kind(entry.path) : "";
    if (has_capability(entry)) what = "a file with capabilities";
    if (is_setuid(entry)) what = "a setuid or setgid file";
    if (!what.empty()) findings.push_back({entry.path, fmt::format("{}, {}", what, hidden_text(file))});
  }
  for (const FoundSecret& secret : context.facts().secrets) {
    if (!secret.is_hidden) continue;
    findings.push_back({secret.path, fmt::format("a secret ({}), in layer {}, hidden by a later one",
                                                 secret.kind, secret.layer + 1)});
  }
  return judged(std::move(findings));
}

CheckAnswer check_no_ballast(CheckContext& context) {
  if (context.judged_files().empty()) return not_applicable(std::string(no_files));
  std::map<std::string_view, Ballast> folders;
  for (const File* file : context.judged_files()) {
    if (file->entry.type != Type::file) continue;
    const std::string_view folder = ballast_folder(file->entry.path);
    if (folder.empty()) continue;
    ++folders[folder].files;
    folders[folder].bytes += file->entry.size_bytes;
  }
  std::vector<CheckFinding> findings;
  for (const auto& [folder, sum] : folders) {
    findings.push_back({std::string(folder),
                        fmt::format("{}, {}", counted(sum.files, "file"), size_text(sum.bytes))});
  }
  return judged(std::move(findings));
}

CheckAnswer check_times(CheckContext& context) {
  const Facts& facts = context.facts();
  if (facts.is_folder) return not_applicable("a folder has no time of its own");
  if (context.judged_files().empty()) return not_applicable(std::string(no_files));
  const auto created = time_of(facts.config.created);
  if (!created) return not_checked("the image does not say when it was made");
  std::vector<CheckFinding> findings;
  for (const File* file : context.judged_files()) {
    if (file->entry.mtime_seconds <= *created) continue;
    findings.push_back({file->entry.path,
                        fmt::format("is of {}, the image of {}", date_text(file->entry.mtime_seconds),
                                    date_text(*created))});
  }
  return judged(std::move(findings));
}

CheckAnswer check_no_machine_identity(CheckContext& context) {
  if (context.judged_files().empty()) return not_applicable(std::string(no_files));
  std::vector<CheckFinding> findings;
  for (const File* file : context.judged_files()) {
    const TarEntry& entry = file->entry;
    const std::string_view what = machine_identity(entry.path);
    // An empty machine-id is how an image says: make one at the first start.
    if (what.empty() || !is_regular(entry) || (entry.type == Type::file && entry.size_bytes == 0)) continue;
    const auto text = context.facts().texts.find(entry.path);
    if (text != context.facts().texts.end() && text->second.starts_with("uninitialized")) continue;
    findings.push_back({entry.path, std::string(what)});
  }
  return judged(std::move(findings));
}

}  // namespace hauberk
