// SPDX-License-Identifier: Apache-2.0
#include "assemble/guards.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/nearest.h"

namespace hauberk {
namespace {

constexpr std::array<Guard, 8> guards = {{
    {"caches", "files below /var/cache and downloaded package lists are left out"},
    {"documentation", "documentation is left out; copyright files stay"},
    {"locales", "translations of messages are left out; the program speaks English"},
    {"logs", "log files that packages ship are left out"},
    {"manual-pages", "manual and info pages are left out"},
    {"setgid", "no file or folder runs with its group's rights (the setgid bit is cleared)"},
    {"setuid", "no program runs with its owner's rights (the setuid bit is cleared)"},
    {"world-writable", "nothing can be written by everybody, except in sticky folders such as /tmp"},
}};

struct LeftOut {
  std::string_view guard;
  std::string_view folder;
};

constexpr std::array<LeftOut, 15> left_out = {{
    {"documentation", "usr/share/bug"},
    {"documentation", "usr/share/doc-base"},
    {"documentation", "usr/share/gtk-doc"},
    {"documentation", "usr/share/help"},
    {"documentation", "usr/share/lintian"},
    {"documentation", "usr/share/linda"},
    {"documentation", "usr/share/omf"},
    {"locales", "usr/share/locale"},
    {"locales", "usr/share/locale-langpack"},
    {"manual-pages", "usr/share/groff"},
    {"manual-pages", "usr/share/info"},
    {"manual-pages", "usr/share/man"},
    {"manual-pages", "usr/local/share/man"},
    {"manual-pages", "usr/local/man"},
    {"manual-pages", "usr/man"},
}};

bool is_below(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

// usr/share/doc/<package>/copyright is all that stays of usr/share/doc: the licence asks for it. The
// package's own entry stays, since it may be a link to the folder that has the copyright file.
bool is_left_out_documentation(std::string_view path, bool is_directory) {
  constexpr std::string_view doc = "usr/share/doc/";
  if (!path.starts_with(doc)) return false;
  const auto rest = path.substr(doc.size());
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) return false;
  return is_directory || rest.substr(slash + 1) != "copyright";
}

bool in_force(const GuardStates& states, std::string_view name) {
  const auto at = states.find(std::string(name));
  return at != states.end() && at->second;
}

}  // namespace

std::span<const Guard> all_guards() { return guards; }

Result<GuardStates> guard_states(std::string_view allow) {
  GuardStates states;
  std::vector<std::string_view> names;
  for (const Guard& guard : guards) {
    states[std::string(guard.name)] = true;
    names.push_back(guard.name);
  }
  for (std::size_t at = 0; at < allow.size();) {
    const auto end = std::min(allow.find_first_of(" \t\n,", at), allow.size());
    const auto name = allow.substr(at, end - at);
    at = end + 1;
    if (name.empty()) continue;
    const auto state = states.find(std::string(name));
    if (state == states.end()) {
      const auto near = nearest(name, names);
      return fail(ErrorKind::invalid_input, "cannot switch off \"{}\": there is no such guard; {}", name,
                  near ? fmt::format("did you mean {}?", *near)
                       : fmt::format("there are {}", fmt::join(names, ", ")));
    }
    state->second = false;
  }
  return states;
}

std::optional<std::string_view> left_out_by(std::string_view path, bool is_directory,
                                            const GuardStates& states) {
  const auto found = std::find_if(left_out.begin(), left_out.end(), [&](const LeftOut& rule) {
    return is_below(path, rule.folder) || path == rule.folder;
  });
  if (found != left_out.end() && in_force(states, found->guard)) return found->guard;
  if (in_force(states, "documentation") && is_left_out_documentation(path, is_directory))
    return "documentation";
  if (is_directory) return std::nullopt;
  if (in_force(states, "caches") && (is_below(path, "var/cache") || is_below(path, "var/lib/apt/lists"))) {
    return "caches";
  }
  if (in_force(states, "logs") && is_below(path, "var/log")) return "logs";
  return std::nullopt;
}

std::uint32_t guarded_mode(const TarEntry& entry, const GuardStates& states) {
  std::uint32_t mode = entry.mode;
  if (entry.type == TarEntry::Type::symlink) return mode;
  if (in_force(states, "setuid")) mode &= ~04000U;
  if (in_force(states, "setgid")) mode &= ~02000U;
  const bool sticky_folder = entry.type == TarEntry::Type::directory && (mode & 01000U) != 0;
  if (in_force(states, "world-writable") && !sticky_folder) mode &= ~00002U;
  return mode;
}

}  // namespace hauberk
