// Who a container runs as. See user.h.
//
// SPDX-License-Identifier: Apache-2.0
#include "trial/user.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace hauberk {
namespace {

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

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
    const auto id = number(fields[2]);
    if (id && (fields[0] == wanted || number(wanted) == *id)) return Account{fields[0], *id, fields};
  }
  return {};
}

std::vector<std::uint32_t> groups_with(std::string_view text, std::string_view user) {
  std::vector<std::uint32_t> ids;
  for (const auto line : split(text, '\n')) {
    const auto fields = split(line, ':');
    if (fields.size() < 4) continue;
    const auto id = number(fields[2]);
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
  const auto uid = account ? account->id : number(name);
  if (!uid) return unknown("user", name, "/etc/passwd");
  ContainerUser found{*uid, 0, {}};
  if (colon == std::string_view::npos) {
    if (account) {
      found.gid = number(account->fields[3]).value_or(0);
      found.additional_gids = groups_with(group, account->name);
    }
    return found;
  }
  const std::string_view group_name = user.substr(colon + 1);
  const auto entry = find_account(group, group_name);
  const auto gid = entry ? entry->id : number(group_name);
  if (!gid) return unknown("group", group_name, "/etc/group");
  found.gid = *gid;
  return found;
}

}  // namespace hauberk
