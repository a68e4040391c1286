// SPDX-License-Identifier: Apache-2.0
#include "definition/object_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "base/nearest.h"
#include "definition/rules.h"
#include "definition/substitution.h"

namespace hauberk {
namespace {

// The text of a scalar member; null if it is missing or no text.
const YamlNode* text_member(const YamlNode& object, std::string_view key) {
  const YamlNode* node = object.find(key);
  return node != nullptr && node->kind == YamlNode::Kind::scalar ? node : nullptr;
}

const std::vector<YamlNode>& items_of(const YamlNode& object, std::string_view key) {
  static const std::vector<YamlNode> none;
  const YamlNode* node = object.find(key);
  return node != nullptr ? node->items : none;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The names of `users` or `groups`. Published definitions give some twice, in the same words; the first
// counts.
std::set<std::string_view> names_in(const YamlNode& accounts, std::string_view key, Problems& problems) {
  std::set<std::string_view> names;
  for (const YamlNode& item : items_of(accounts, key)) {
    const YamlNode* name = text_member(item, "name");
    if (name == nullptr || names.insert(name->scalar).second) continue;
    problems.warn(name->at, fmt::format("{} is in {} for the second time; the first counts",
                                        in_quotes(name->scalar), key));
  }
  return names;
}

bool is_known(std::string_view name, const std::set<std::string_view>& known) {
  return is_number(name) || name == "root" || known.contains(name);
}

std::string missing(std::string_view name, const std::set<std::string_view>& known, std::string_view where) {
  std::vector<std::string_view> candidates(known.begin(), known.end());
  candidates.push_back("root");
  return fmt::format("there is no account {} under {}{}", in_quotes(name), where,
                     suggestion(name, candidates));
}

// Published definitions whose user got another name still have that user's group, with a member of the
// group's own name: it is nobody, which harms nobody.
void check_members(const YamlNode& accounts, const std::set<std::string_view>& users, Problems& problems) {
  for (const YamlNode& group : items_of(accounts, "groups")) {
    const YamlNode* name = text_member(group, "name");
    for (const YamlNode& member : items_of(group, "members")) {
      if (member.kind != YamlNode::Kind::scalar || member.scalar.find("${") != std::string::npos) continue;
      if (is_known(member.scalar, users)) continue;
      if (name != nullptr && name->scalar == member.scalar) {
        problems.warn(member.at, fmt::format("the member {} of the group is not under users, so it is nobody",
                                             in_quotes(member.scalar)));
      } else {
        problems.add(member.at, missing(member.scalar, users, "users"));
      }
    }
  }
}

void check_run_as(const YamlNode* run_as, const std::set<std::string_view>& users,
                  const std::set<std::string_view>& groups, Problems& problems) {
  if (run_as == nullptr || run_as->scalar.find("${") != std::string::npos || check_user(run_as->scalar))
    return;
  const std::string_view text = run_as->scalar;
  const std::size_t colon = text.find(':');
  const std::string_view user = text.substr(0, colon);
  if (!is_known(user, users)) problems.add(run_as->at, missing(user, users, "users"));
  if (colon == std::string_view::npos) return;
  const std::string_view group = text.substr(colon + 1);
  if (!is_known(group, groups)) problems.add(run_as->at, missing(group, groups, "groups"));
}

void refuse_member(const YamlNode& object, std::string_view key, std::string_view why, Problems& problems) {
  for (const YamlNode::Member& member : object.members) {
    if (member.key == key) problems.add(member.key_at, why);
  }
}

// What each type of path needs and cannot have. `content` is the key of a file's text.
void check_path_members(const YamlNode& entry, std::string_view type, std::string_view content,
                        Problems& problems) {
  const YamlNode* source = text_member(entry, "source");
  const YamlNode* path = text_member(entry, "path");
  const YamlNode* text = text_member(entry, content);
  if (type == "symlink" && entry.find("source") == nullptr) {
    problems.add(entry.at, "a symlink needs \"source\": what it points to");
  }
  if (type == "symlink" && source != nullptr) {
    if (const Complaint wrong = check_link_target(source->scalar)) problems.add(source->at, *wrong);
  }
  if ((type == "file" || type == "directory") && source != nullptr && !has_substitution(source->scalar)) {
    if (const Complaint wrong = check_catalogue_path(source->scalar)) problems.add(source->at, *wrong);
  }
  if (type == "file" && source != nullptr && text != nullptr) {
    problems.add(source->at, fmt::format("a file has either \"{}\" or \"source\", not both", content));
  }
  if (type != "file" && text != nullptr && !text->scalar.empty()) {
    refuse_member(entry, content,
                  fmt::format("a {} has no \"{}\"; did you mean the type \"file\"?", type, content),
                  problems);
  }
  if ((type == "delete" || type == "emptyfile") && source != nullptr) {
    refuse_member(entry, "source", fmt::format("a path of type {} has no \"source\"", type), problems);
  }
  if (path != nullptr && type != "directory" && path->scalar.find_first_not_of("/.") == std::string::npos) {
    problems.add(path->at,
                 fmt::format("{} is the root folder, which cannot be a {}", in_quotes(path->scalar), type));
  }
}

}  // namespace

void check_accounts(const YamlNode& accounts, Problems& problems) {
  const std::set<std::string_view> users = names_in(accounts, "users", problems);
  const std::set<std::string_view> groups = names_in(accounts, "groups", problems);
  check_members(accounts, users, problems);
  check_run_as(text_member(accounts, "run-as"), users, groups, problems);
}

void check_path_entry(const YamlNode& entry, Problems& problems) {
  if (const YamlNode* type = text_member(entry, "type"))
    check_path_members(entry, type->scalar, "content", problems);
}

bool is_left_over_path(const YamlNode& entry) {
  const YamlNode* path = text_member(entry, "path");
  return path != nullptr && entry.find("type") != nullptr &&
         std::all_of(entry.members.begin(), entry.members.end(), [](const YamlNode::Member& member) {
           if (member.key == "type") return member.value.scalar == "directory";
           if (member.key == "path") return member.value.quoted && member.value.scalar.empty();
           return (member.key == "uid" || member.key == "gid") && member.value.scalar == "0";
         });
}

void check_overlay_path(const YamlNode& entry, Problems& problems) {
  const YamlNode* type = text_member(entry, "type");
  check_path_members(entry, type != nullptr ? std::string_view(type->scalar) : "file", "contents", problems);
  if (type == nullptr && entry.find("contents") == nullptr && entry.find("source") == nullptr) {
    problems.add(entry.at, "a file needs \"contents\" (its text) or \"source\" (a file of the catalogue)");
  }
}

// A step may run as a user that the image below or a package of the build has, which we cannot see. But a
// name that is nearly one of the build's own accounts is that one, misspelt.
void check_build(const YamlNode& build, Problems& problems) {
  const YamlNode* accounts = build.find("accounts");
  if (accounts == nullptr) return;
  Problems ignored("");
  const std::set<std::string_view> users = names_in(*accounts, "users", ignored);
  const std::vector<std::string_view> candidates(users.begin(), users.end());
  for (const YamlNode& step : items_of(build, "pipeline")) {
    const YamlNode* run_as = text_member(step, "run-as");
    if (run_as == nullptr || has_substitution(run_as->scalar) || check_user(run_as->scalar)) continue;
    const std::string_view user = std::string_view(run_as->scalar).substr(0, run_as->scalar.find(':'));
    if (is_known(user, users) || !nearest(user, candidates)) continue;
    problems.add(run_as->at, missing(user, users, "users"));
  }
}

void check_customisation(const YamlNode& customisation, Problems& problems) {
  const bool has_targets = customisation.find("targets") != nullptr;
  for (const std::string_view key : {"destination", "tag_definition_id"}) {
    const bool has_key = customisation.find(key) != nullptr;
    if (has_targets && has_key) {
      refuse_member(customisation, key, fmt::format("\"{}\" belongs into an entry of \"targets\" here", key),
                    problems);
    } else if (!has_targets && !has_key) {
      problems.add(
          customisation.at,
          fmt::format("a customisation needs \"targets\" with \"destination\" and \"tag_definition_id\"; "
                      "\"{}\" is missing",
                      key));
    }
  }
  if (items_of(customisation, "targets").size() > 1) {
    for (const std::string_view key : {"accounts", "entrypoint", "cmd"}) {
      refuse_member(customisation, key,
                    fmt::format("\"{}\" is not possible with more than one target; write one file for each",
                                key),
                    problems);
    }
  }
}

std::optional<std::string> check_mapping_name(std::string_view text) { return check_package_name(text); }

}  // namespace hauberk
