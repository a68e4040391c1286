// SPDX-License-Identifier: Apache-2.0
#include "assemble/effects_files.h"

#include <algorithm>

#include "assemble/paths.h"

namespace hauberk {
namespace {

constexpr std::string_view shells_template = "usr/share/debianutils/shells";
constexpr std::string_view shells_folder = "usr/share/debianutils/shells.d/";

// The shells of one file: the part of each line before "#", if there is any.
std::vector<std::string> shells_in(std::string_view text) {
  std::vector<std::string> shells;
  while (!text.empty()) {
    const auto line = text.substr(0, std::min(text.find('\n'), text.size()));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto shell = line.substr(0, std::min(line.find('#'), line.size()));
    if (!shell.empty()) shells.emplace_back(shell);
  }
  return shells;
}

void add_once(std::vector<std::string>& list, std::string text) {
  if (std::ranges::find(list, text) == list.end()) list.push_back(std::move(text));
}

}  // namespace

AddedFile added_file(std::string path, std::uint32_t mode, std::string content, std::string_view why) {
  AddedFile file;
  file.entry.path = std::move(path);
  file.entry.mode = mode;
  file.entry.size_bytes = content.size();
  file.content = std::move(content);
  file.why = why;
  return file;
}

AddedFile added_symlink(std::string path, std::string target, std::string_view why) {
  AddedFile file;
  file.entry.type = TarEntry::Type::symlink;
  file.entry.mode = 0777;
  file.entry.path = std::move(path);
  file.entry.link_target = std::move(target);
  file.why = why;
  return file;
}

bool is_shells_file(std::string_view path) {
  return path == shells_template || path.starts_with(shells_folder);
}

std::vector<AddedFile> shells_files(const EffectsInput& input, std::string_view why) {
  const auto start = input.contents.find(std::string(shells_template));
  if (start == input.contents.end()) return {};

  std::vector<std::string> packaged;
  const auto add_from = [&](std::string_view text) {
    for (auto& shell : shells_in(text)) {
      std::string real = "/" + image_path(shell);
      add_once(packaged, std::move(shell));
      add_once(packaged, std::move(real));
    }
  };
  add_from(start->second);
  for (const auto& [path, text] : input.contents) {
    if (path.starts_with(shells_folder)) add_from(text);
  }

  std::string shells = start->second;
  std::string state;
  const auto there = shells_in(shells);
  for (const auto& shell : packaged) {
    state += shell + "\n";
    if (std::ranges::find(there, shell) == there.end()) shells += shell + "\n";
  }
  std::vector<AddedFile> files;
  files.push_back(added_file("etc/shells", 0644, std::move(shells), why));
  files.push_back(added_file("var/lib/shells.state", 0644, std::move(state), why));
  return files;
}

}  // namespace hauberk
