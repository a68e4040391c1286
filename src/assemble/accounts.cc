// SPDX-License-Identifier: Apache-2.0
#include "assemble/accounts.h"

#include <algorithm>
#include <optional>

#include "base/fields.h"

namespace hauberk {
namespace {

constexpr std::uint32_t nonroot = 65532;

struct PasswdLine {
  std::string name;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::string comment, home, shell;
};

struct GroupLine {
  std::string name;
  std::uint32_t gid = 0;
  std::vector<std::string> members;
};

// The tables under construction: a later entry of a name replaces an earlier one.
class AccountTables {
 public:
  explicit AccountTables(bool keep_root) : keep_root_(keep_root) {}

  void add_base(const BaseAccounts& base) {
    for (const auto line : split(base.passwd, '\n')) {
      const auto fields = split(line, ':');
      if (fields.size() != 7 || !decimal(fields[2]) || !decimal(fields[3])) continue;
      add({std::string(fields[0]), *decimal(fields[2]), *decimal(fields[3]), std::string(fields[4]),
           std::string(fields[5]), std::string(fields[6])});
    }
    for (const auto line : split(base.group, '\n')) {
      const auto fields = split(line, ':');
      if (fields.size() < 3 || !decimal(fields[2])) continue;
      add(GroupLine{std::string(fields[0]), *decimal(fields[2]), {}});
    }
  }

  // As adduser --system: the first free id from 100, where the package does not fix one.
  void add_system(const SystemAccount& account) {
    const std::uint32_t uid = account.uid.value_or(free_system_id());
    std::uint32_t gid = uid;
    const auto group = std::find_if(groups_.begin(), groups_.end(),
                                    [&](const GroupLine& line) { return line.name == account.group; });
    if (group != groups_.end()) {
      gid = group->gid;
    } else {
      add(GroupLine{account.group.empty() ? account.name : account.group, gid, {}});
    }
    if (account.has_group_only) return;
    add(PasswdLine{account.name, uid, gid, "", account.home.empty() ? "/nonexistent" : account.home,
                   account.shell.empty() ? "/usr/sbin/nologin" : account.shell});
  }

  void add(PasswdLine line) {
    if (line.uid == 0 && !keep_root_) return;
    std::erase_if(users_, [&](const PasswdLine& other) { return other.name == line.name; });
    users_.push_back(std::move(line));
  }

  void add(GroupLine line) {
    if (line.gid == 0 && !keep_root_) return;
    std::erase_if(groups_, [&](const GroupLine& other) { return other.name == line.name; });
    groups_.push_back(std::move(line));
  }

  std::string passwd() const {
    auto sorted = users_;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.uid < b.uid; });
    std::string text;
    for (const PasswdLine& u : sorted) {
      text += fmt::format("{}:x:{}:{}:{}:{}:{}\n", u.name, u.uid, u.gid, u.comment, u.home, u.shell);
    }
    return text;
  }

  std::string group() const {
    auto sorted = groups_;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.gid < b.gid; });
    std::string text;
    for (const GroupLine& g : sorted)
      text += fmt::format("{}:x:{}:{}\n", g.name, g.gid, fmt::join(g.members, ","));
    return text;
  }

 private:
  std::uint32_t free_system_id() const {
    std::uint32_t id = 100;
    const auto taken = [&] {
      return std::any_of(users_.begin(), users_.end(), [&](const auto& u) { return u.uid == id; }) ||
             std::any_of(groups_.begin(), groups_.end(), [&](const auto& g) { return g.gid == id; });
    };
    while (taken()) ++id;
    return id;
  }

  bool keep_root_;
  std::vector<PasswdLine> users_;
  std::vector<GroupLine> groups_;
};

std::string root_shell(const Overlay& overlay) {
  for (const std::string_view shell : {"bin/bash", "bin/sh"}) {
    if (overlay.find(fmt::format("usr/{}", shell))) return fmt::format("/{}", shell);
  }
  return "/usr/sbin/nologin";
}

}  // namespace

Result<UserIds> run_as(const Definition& definition) {
  const Accounts& accounts = definition.accounts;
  if (accounts.run_as.empty()) {
    if (definition.variant == Variant::dev) return UserIds{0, 0};
    return UserIds{nonroot, nonroot};
  }
  const auto parts = split(accounts.run_as, ':');
  UserIds ids;
  const auto user = std::find_if(accounts.users.begin(), accounts.users.end(), [&](const User& candidate) {
    return candidate.name == parts[0] || decimal(parts[0]) == candidate.uid;
  });
  if (user != accounts.users.end()) {
    ids = {user->uid, user->gid};
  } else if (parts[0] == "root") {
    ids = {0, 0};
  } else if (const auto uid = decimal(parts[0])) {
    ids = {*uid, *uid};
  } else {
    return fail(ErrorKind::invalid_input, "cannot run the image as \"{}\": accounts.users has no such name",
                parts[0]);
  }
  if (parts.size() < 2) return ids;
  const auto group = std::find_if(accounts.groups.begin(), accounts.groups.end(),
                                  [&](const Group& candidate) { return candidate.name == parts[1]; });
  if (group != accounts.groups.end()) {
    ids.gid = group->gid;
  } else if (const auto gid = decimal(parts[1])) {
    ids.gid = *gid;
  } else {
    return fail(ErrorKind::invalid_input, "cannot run the image as \"{}\": accounts.groups has no \"{}\"",
                accounts.run_as, parts[1]);
  }
  return ids;
}

Status add_accounts(Overlay& overlay, const Definition& definition, const EffectsOutcome& effects) {
  const Accounts& accounts = definition.accounts;
  AccountTables tables(accounts.root);
  if (accounts.root) {
    tables.add(PasswdLine{"root", 0, 0, "root", "/root", root_shell(overlay)});
    tables.add(GroupLine{"root", 0, {}});
  }
  if (effects.base_accounts) {
    tables.add_base(*effects.base_accounts);
    if (accounts.root) tables.add(PasswdLine{"root", 0, 0, "root", "/root", root_shell(overlay)});
  }
  for (const SystemAccount& account : effects.accounts) tables.add_system(account);
  for (const Group& group : accounts.groups) tables.add(GroupLine{group.name, group.gid, group.members});
  for (const User& user : accounts.users) {
    const std::string home = user.uid == 0 ? "/root" : "/home/" + user.name;
    tables.add(PasswdLine{user.name, user.uid, user.gid, user.name, home, "/usr/sbin/nologin"});
    if (user.uid == 0) continue;
    TRY_STATUS(overlay.add_folder(home.substr(1), {user.uid, user.gid, user.home_mode.value_or(0755)}));
  }
  for (const auto& [path, text] : {std::pair{"etc/passwd", tables.passwd()}, {"etc/group", tables.group()}}) {
    if (text.empty()) continue;
    TRY_STATUS(overlay.add_text(path, {0, 0, 0644}, text));
  }
  return {};
}

}  // namespace hauberk
