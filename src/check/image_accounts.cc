// SPDX-License-Identifier: Apache-2.0
#include "check/image_accounts.h"

#include <algorithm>

#include "base/fields.h"

namespace hauberk {
namespace {

// Calls `use` with the fields of each line that is neither empty nor a comment.
template <class Use>
bool each_line(const Facts& facts, std::string_view path, Use use) {
  const auto text = facts.texts.find(std::string(path));
  if (text == facts.texts.end()) return false;
  for (const std::string_view line : split(text->second, '\n')) {
    if (line.empty() || line.front() == '#') continue;
    use(split(line, ':'));
  }
  return true;
}

std::string field(const std::vector<std::string_view>& fields, std::size_t i) {
  return i < fields.size() ? std::string(fields[i]) : std::string();
}

std::vector<std::string> members_of(const std::vector<std::string_view>& fields) {
  std::vector<std::string> members;
  if (fields.size() < 4) return members;
  for (const std::string_view name : split(fields[3], ',')) {
    if (!name.empty()) members.emplace_back(name);
  }
  return members;
}

template <class Entry, class Value, class Member>
const Entry* first_with(const std::vector<Entry>& entries, const Value& value, Member member) {
  const auto found = std::ranges::find(entries, value, member);
  return found == entries.end() ? nullptr : &*found;
}

bool read_shadow(const Facts& facts, std::string_view path, std::vector<ShadowEntry>& into) {
  return each_line(facts, path, [&](const auto& fields) {
    if (fields.size() >= 2) into.push_back({field(fields, 0), field(fields, 1)});
  });
}

void find_user(std::string_view word, const ImageAccounts& accounts, RunningUser& running) {
  const PasswdEntry* entry = accounts.user(word);
  const auto number = decimal(word);
  if (entry == nullptr && number) entry = accounts.user(*number);
  if (entry != nullptr) {
    running.uid = entry->uid;
    running.gid = entry->gid;
    for (const GroupEntry& group : accounts.groups) {
      if (std::ranges::find(group.members, entry->name) != group.members.end()) {
        running.groups.insert(group.gid);
      }
    }
  } else if (number) {
    running.uid = *number;
  } else {
    running.problem = fmt::format("etc/passwd has no user \"{}\"", word);
  }
}

void find_group(std::string_view word, const ImageAccounts& accounts, RunningUser& running) {
  const GroupEntry* entry = accounts.group(word);
  if (entry != nullptr) {
    running.gid = entry->gid;
  } else if (const auto number = decimal(word)) {
    running.gid = *number;
  } else {
    running.gid = 0;
    running.problem = fmt::format("etc/group has no group \"{}\"", word);
  }
}

}  // namespace

const PasswdEntry* ImageAccounts::user(std::uint32_t uid) const {
  return first_with(users, uid, &PasswdEntry::uid);
}

const PasswdEntry* ImageAccounts::user(std::string_view name) const {
  return first_with(users, name, &PasswdEntry::name);
}

const GroupEntry* ImageAccounts::group(std::uint32_t gid) const {
  return first_with(groups, gid, &GroupEntry::gid);
}

const GroupEntry* ImageAccounts::group(std::string_view name) const {
  return first_with(groups, name, &GroupEntry::name);
}

ImageAccounts accounts_of(const Facts& facts) {
  ImageAccounts accounts;
  accounts.has_passwd = each_line(facts, "etc/passwd", [&](const auto& fields) {
    if (fields.size() < 4) return;
    const auto uid = decimal(fields[2]);
    const auto gid = decimal(fields[3]);
    if (!uid || !gid) return;
    accounts.users.push_back({field(fields, 0), field(fields, 1), *uid, *gid, field(fields, 5),
                              field(fields, 6)});
  });
  accounts.has_group = each_line(facts, "etc/group", [&](const auto& fields) {
    if (fields.size() < 3) return;
    const auto gid = decimal(fields[2]);
    if (gid) accounts.groups.push_back({field(fields, 0), field(fields, 1), *gid, members_of(fields)});
  });
  accounts.has_shadow = read_shadow(facts, "etc/shadow", accounts.shadow);
  accounts.has_gshadow = read_shadow(facts, "etc/gshadow", accounts.gshadow);
  return accounts;
}

RunningUser running_user(const ImageConfig& config, const ImageAccounts& accounts) {
  RunningUser running;
  const auto parts = split(config.user, ':');
  if (!parts[0].empty()) find_user(parts[0], accounts, running);
  if (parts.size() > 1 && !parts[1].empty()) find_group(parts[1], accounts, running);
  running.groups.insert(running.gid);
  return running;
}

}  // namespace hauberk
