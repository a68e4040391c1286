// Who we are, and which ids we may give out. See namespaces.h.
//
// SPDX-License-Identifier: Apache-2.0
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iterator>

#include "base/fields.h"
#include "io/subprocess.h"
#include "trial/namespaces.h"

namespace hauberk {
namespace {

// The machine's own files, so trusted; absent is empty.
std::string text_of_file(const char* path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string name_of_user(uid_t uid) {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return {};
  return found->pw_name;
}

}  // namespace

std::optional<SubIds> find_sub_ids(std::string_view text, std::string_view name, std::uint32_t uid) {
  std::optional<SubIds> best;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const auto first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) continue;
    const std::string_view owner = line.substr(0, first);
    const bool ours = (!name.empty() && owner == name) || decimal(owner) == uid;
    const auto start = decimal(line.substr(first + 1, second - first - 1));
    const auto count = decimal(line.substr(second + 1));
    if (ours && start && count && *count > 0 && (!best || *count > best->count))
      best = SubIds{*start, *count};
  }
  return best;
}

Result<Identity> identity_of_this_user() {
  Identity identity{.root = geteuid() == 0, .uid = geteuid(), .gid = getegid(), .uids = {}, .gids = {}};
  if (identity.root) return identity;
  const std::string name = name_of_user(identity.uid);
  const auto uids = find_sub_ids(text_of_file("/etc/subuid"), name, identity.uid);
  const auto gids = find_sub_ids(text_of_file("/etc/subgid"), name, identity.uid);
  if (!uids || !gids) {
    return fail(ErrorKind::unsupported,
                "this user has no sub-uids to run containers with: run "
                "`sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 {}`, or run as root",
                name.empty() ? std::to_string(identity.uid) : name);
  }
  for (const auto* program : {"newuidmap", "newgidmap"}) {
    if (!find_program(program)) {
      return fail(ErrorKind::unsupported, "there is no {} on this machine: run `sudo apt-get install uidmap`",
                  program);
    }
  }
  identity.uids = *uids;
  identity.gids = *gids;
  return identity;
}

}  // namespace hauberk
