// Checks USR-01 to USR-07: who the program runs as, and who could log in.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "check/table.h"

namespace hauberk {
namespace {

constexpr std::string_view no_config = "a folder says nothing about who runs in it";

std::string user_text(const CheckContext& context) {
  const std::string& user = context.facts().config.user;
  return user.empty() ? "none is set, so the program runs as root" : fmt::format("set to \"{}\"", user);
}

// What may stand in place of a password: nobody can log in by it.
bool is_locked(std::string_view password) {
  return password == "x" || password.find_first_not_of("*!") == std::string_view::npos ||
         password == "!locked";
}

template <class Entry>
void find_hashes(std::string_view file, const std::vector<Entry>& entries,
                 std::vector<CheckFinding>& findings) {
  for (const Entry& entry : entries) {
    // Empty means: no password is asked for. In etc/group and etc/gshadow it means that nobody has one.
    const bool is_open = entry.password.empty() && !file.starts_with("etc/g");
    if (is_open) findings.push_back({std::string(file), fmt::format("\"{}\" needs no password", entry.name)});
    if (!entry.password.empty() && !is_locked(entry.password)) {
      findings.push_back({std::string(file), fmt::format("a password hash of \"{}\"", entry.name)});
    }
  }
}

template <class Entry, class Key>
void find_doubles(std::string_view file, std::string_view what, const std::vector<Entry>& entries, Key key,
                  std::vector<CheckFinding>& findings) {
  std::map<std::string, std::size_t> seen;
  for (const Entry& entry : entries) ++seen[fmt::format("{}", std::invoke(key, entry))];
  for (const auto& [value, times] : seen) {
    if (times > 1) {
      findings.push_back({std::string(file), fmt::format("{} {} is there {} times", what, value, times)});
    }
  }
}

bool is_no_shell(std::string_view shell) {
  static constexpr std::array names = {"nologin", "false", "true", "sync"};
  return std::ranges::find(names, last_part(shell)) != names.end() && shell.starts_with('/');
}

}  // namespace

CheckAnswer check_user_is_not_root(CheckContext& context) {
  if (context.facts().is_folder) return not_applicable(std::string(no_config));
  const RunningUser& user = context.user();
  if (!user.problem.empty()) return judged({{"user", user.problem}});
  if (!user.is_root()) return judged({});
  return judged({{"user", user_text(context)}});
}

CheckAnswer check_group_is_not_root(CheckContext& context) {
  if (context.facts().is_folder) return not_applicable(std::string(no_config));
  const RunningUser& user = context.user();
  std::vector<CheckFinding> findings;
  if (user.gid == 0) {
    const bool is_said = context.facts().config.user.contains(':');
    findings.push_back({"group", is_said ? "the group is 0" : "no group is said, so it is 0"});
  } else if (user.groups.contains(0)) {
    findings.push_back({"group", "etc/group makes the user a member of group 0"});
  }
  return judged(std::move(findings));
}

CheckAnswer check_single_root_entry(CheckContext& context) {
  if (!context.accounts().has_passwd) return not_applicable("there is no etc/passwd");
  std::vector<std::string> names;
  for (const PasswdEntry& entry : context.accounts().users) {
    if (entry.uid == 0) names.push_back(entry.name);
  }
  if (names.size() < 2) return judged({});
  return judged({{"etc/passwd",
                  fmt::format("user id 0 has {} entries: {}", names.size(), fmt::join(names, ", "))}});
}

CheckAnswer check_no_password_hashes(CheckContext& context) {
  const ImageAccounts& accounts = context.accounts();
  std::vector<CheckFinding> findings;
  find_hashes("etc/passwd", accounts.users, findings);
  find_hashes("etc/group", accounts.groups, findings);
  find_hashes("etc/shadow", accounts.shadow, findings);
  find_hashes("etc/gshadow", accounts.gshadow, findings);
  std::string unread;
  if (!accounts.has_shadow && context.root().find("etc/shadow") != nullptr) {
    unread = "etc/shadow is there and was not read";
  }
  const bool any = accounts.has_passwd || accounts.has_group || accounts.has_shadow || accounts.has_gshadow;
  if (!any && unread.empty()) return not_applicable("there are no account files");
  if (findings.empty() && !unread.empty()) return not_checked(std::move(unread));
  return judged(std::move(findings), std::move(unread));
}

CheckAnswer check_unique_accounts(CheckContext& context) {
  const ImageAccounts& accounts = context.accounts();
  if (!accounts.has_passwd && !accounts.has_group) return not_applicable("there are no account files");
  std::vector<CheckFinding> findings;
  find_doubles("etc/passwd", "the name", accounts.users, &PasswdEntry::name, findings);
  find_doubles("etc/passwd", "the user id", accounts.users, &PasswdEntry::uid, findings);
  find_doubles("etc/group", "the name", accounts.groups, &GroupEntry::name, findings);
  find_doubles("etc/group", "the group id", accounts.groups, &GroupEntry::gid, findings);
  return judged(std::move(findings));
}

CheckAnswer check_no_login_shells(CheckContext& context) {
  if (!context.accounts().has_passwd) return not_applicable("there is no etc/passwd");
  std::vector<CheckFinding> findings;
  for (const PasswdEntry& entry : context.accounts().users) {
    if (is_no_shell(entry.shell)) continue;
    findings.push_back({"etc/passwd",
                        fmt::format("\"{}\" logs in to {}", entry.name,
                                    entry.shell.empty() ? "/bin/sh (the field is empty)" : entry.shell)});
  }
  return judged(std::move(findings));
}

CheckAnswer check_user_and_home_exist(CheckContext& context) {
  if (context.facts().is_folder) return not_applicable(std::string(no_config));
  if (context.facts().files.empty()) return not_applicable("the image has no files");
  const RunningUser& user = context.user();
  if (!user.problem.empty()) return judged({{"user", user.problem}});
  const PasswdEntry* entry = context.accounts().user(user.uid);
  if (entry == nullptr) {
    return judged({{"etc/passwd", fmt::format("there is no entry for the image's user id {}", user.uid)}});
  }
  const auto home = context.root().follow(entry->home);
  if (home.kind == ImageRoot::Target::Kind::there && context.root().has_folder(home.path)) return judged({});
  return judged({{plain_path(entry->home),
                  fmt::format("the home of \"{}\" is no folder of the image", entry->name)}});
}

}  // namespace hauberk
