// Who is who in an image: its passwd, group and shadow files, and the user that it runs as.
//
// Spec: passwd(5), group(5), shadow(5); OCI image-spec 1.1, config.md, "User". The files are hostile input:
// lines that no C library would take are passed over. Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "facts/facts.h"

namespace hauberk {

struct PasswdEntry {
  std::string name = {}, password = {};
  std::uint32_t uid = 0, gid = 0;
  std::string home = {}, shell = {};
};

struct GroupEntry {
  std::string name = {}, password = {};
  std::uint32_t gid = 0;
  std::vector<std::string> members = {};
};

// A line of etc/shadow or etc/gshadow: a name and what stands for its password.
struct ShadowEntry {
  std::string name = {}, password = {};
};

struct ImageAccounts {
  bool has_passwd = false, has_group = false, has_shadow = false, has_gshadow = false;
  std::vector<PasswdEntry> users = {};
  std::vector<GroupEntry> groups = {};
  std::vector<ShadowEntry> shadow = {}, gshadow = {};

  const PasswdEntry* user(std::uint32_t uid) const;  // the first, as a C library finds it
  const PasswdEntry* user(std::string_view name) const;
  const GroupEntry* group(std::uint32_t gid) const;
  const GroupEntry* group(std::string_view name) const;
};

ImageAccounts accounts_of(const Facts& facts);

// The user of the config. What a container runtime could not resolve is said in `problem`, and uid or gid are
// then those that it might fall back to: 0.
struct RunningUser {
  std::uint32_t uid = 0, gid = 0;
  std::set<std::uint32_t> groups = {};  // all of them, gid too
  std::string problem = {};  // "etc/passwd has no user \"app\""

  bool is_root() const { return uid == 0; }
};

RunningUser running_user(const ImageConfig& config, const ImageAccounts& accounts);

}  // namespace hauberk
