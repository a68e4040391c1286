// Who a container runs as. See user.h.
//
// SPDX-License-Identifier: Apache-2.0
#include "trial/user.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/fields.h"

namespace hauberk {
namespace {

struct Account {
  std::string_view name;
  std::uint32_t id = 0;
  std::vector<std::string_view> fields;
};

// The first line whose name or number is `wanted`; lines that are malformed are nobody's.
std::optional<Account> find_account(std::string_view text, std::string_view wanted) {
  for (const auto line : split(text, '\n')) {
    auto fields = split(line, ':');
    if (fields.size() < 4) continue;
    const auto id = decimal(fields[2]);
    if (id && (fields[0] == wanted || decimal(wanted) == *id)) return Account{fields[0], *id, fields};
  }
  return {};
}

std::vector<std::uint32_t> groups_with(std::string_view text, std::string_view user) {
  std::vector<std::uint32_t> ids;
  for (const auto line : split(text, '\n')) {
    const auto fields = split(line, ':');
    if (fields.size() < 4) continue;
    const auto id = decimal(fields[2]);
    const auto members = split(fields[3], ',');
    if (id && std::ranges::find(members, user) != members.end()) ids.push_back(*id);
  }
  std::ranges::sort(ids);
  return ids;
}

std::unexpected<Error> unknown(std::string_view kind, std::string_view name, std::string_view file) {
  return fail(ErrorKind::not_found, "cannot run as the {} '{}': the image's {} does not have it", kind, name,
              file);
}

}  // namespace

Result<ContainerUser> container_user(std::string_view user, std::string_view passwd, std::string_view group) {
  const auto colon = user.find(':');
  const std::string_view name = user.empty() ? "0" : user.substr(0, colon);
  const auto account = find_account(passwd, name);
  const auto uid = account ? account->id : decimal(name);
  if (!uid) return unknown("user", name, "/etc/passwd");
  ContainerUser found{*uid, 0, {}};
  if (colon == std::string_view::npos) {
    if (account) {
      found.gid = decimal(account->fields[3]).value_or(0);
      found.additional_gids = groups_with(group, account->name);
    }
    return found;
  }
  const std::string_view group_name = user.substr(colon + 1);
  const auto entry = find_account(group, group_name);
  const auto gid = entry ? entry->id : decimal(group_name);
  if (!gid) return unknown("group", group_name, "/etc/group");
  found.gid = *gid;
  return found;
}

}  // namespace hauberk
