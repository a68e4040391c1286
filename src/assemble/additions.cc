// SPDX-License-Identifier: Apache-2.0
#include "assemble/additions.h"

#include <algorithm>
#include <set>

#include "assemble/accounts.h"
#include "assemble/paths.h"

namespace hauberk {
namespace {

// os-release(5): plain words as they are, the rest in double quotes with the shell's special characters
// escaped.
std::string os_release_value(std::string_view value) {
  const bool is_plain = !value.empty() && value.find_first_not_of(
                                              "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                              "0123456789._-") == std::string_view::npos;
  if (is_plain) return std::string(value);
  std::string quoted = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\' || c == '$' || c == '`') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

const LockedFile* find_file(const Lock& lock, std::string_view origin) {
  const auto at = std::find_if(lock.files.begin(), lock.files.end(),
                               [&](const LockedFile& file) { return file.origin == origin; });
  return at == lock.files.end() ? nullptr : &*at;
}

Overlay::Owner owner_of(const PathEntry& entry, const std::optional<TarEntry>& there, std::uint32_t mode) {
  const bool keeps = there && (there->type == TarEntry::Type::directory) == (mode == 0755);
  return {entry.uid.value_or(keeps ? there->uid : 0), entry.gid.value_or(keeps ? there->gid : 0),
          entry.mode.value_or(keeps ? there->mode : mode)};
}

// "./image/a//b/" -> "image/a/b": the form of the lock's origins.
std::string catalogue_path(std::string_view source) {
  std::string path;
  while (!source.empty()) {
    const auto end = std::min(source.find('/'), source.size());
    const auto part = source.substr(0, end);
    source.remove_prefix(std::min(end + 1, source.size()));
    if (part.empty() || part == ".") continue;
    path += (path.empty() ? "" : "/") + std::string(part);
  }
  return path;
}

Status add_catalogue_folder(Overlay& overlay, const Lock& lock, const PathEntry& entry,
                            const std::string& path) {
  const std::string prefix = catalogue_path(entry.source) + "/";
  const std::uint32_t uid = entry.uid.value_or(0);
  const std::uint32_t gid = entry.gid.value_or(0);
  for (const LockedFile& file : lock.files) {
    if (!file.origin.starts_with(prefix)) continue;
    const std::string target = path + "/" + file.origin.substr(prefix.size());
    for (auto end = target.find('/', path.size() + 1); end != std::string::npos;
         end = target.find('/', end + 1)) {
      const std::string parent = target.substr(0, end);
      if (overlay.find(parent)) continue;
      TRY_STATUS(overlay.add_folder(parent, {uid, gid, 0755}));
    }
    TRY_STATUS(overlay.add_file(target, {uid, gid, 0644}, file.size_bytes, VaultFile{file.digest}));
  }
  return {};
}

Status add_folder(Overlay& overlay, const Lock& lock, const PathEntry& entry, const std::string& path) {
  const auto there = overlay.find(path);
  TRY_STATUS(overlay.add_folder(path, owner_of(entry, there, 0755)));
  if (!entry.source.empty()) {
    TRY_STATUS(add_catalogue_folder(overlay, lock, entry, path));
  }
  if (!entry.recursive) return {};
  for (const std::string& below : overlay.below(path))
    overlay.change(below, entry.uid, entry.gid, entry.mode);
  return {};
}

Status add_file(Overlay& overlay, const Lock& lock, const PathEntry& entry, const std::string& path) {
  const auto there = overlay.find(path);
  if (there && there->type == TarEntry::Type::directory) {
    return fail(ErrorKind::conflict, "it is a folder of the packages: delete it first");
  }
  const Overlay::Owner owner = owner_of(entry, there, 0644);
  if (entry.source.empty()) return overlay.add_text(path, owner, entry.content.value_or(""));
  const LockedFile* file = find_file(lock, catalogue_path(entry.source));
  if (!file)
    return fail(ErrorKind::not_found, "the lock has no file \"{}\": lock the definition again", entry.source);
  return overlay.add_file(path, owner, file->size_bytes, VaultFile{file->digest});
}

Status add_path(Overlay& overlay, const Lock& lock, const PathEntry& entry) {
  const std::string path = image_path(entry.path);
  if (path.empty()) return fail(ErrorKind::invalid_input, "the root itself cannot be changed");
  switch (entry.type) {
    case PathEntry::Type::symlink:
      return overlay.add_symlink(path, entry.source, entry.uid.value_or(0), entry.gid.value_or(0));
    case PathEntry::Type::directory: return add_folder(overlay, lock, entry, path);
    case PathEntry::Type::file: return add_file(overlay, lock, entry, path);
    case PathEntry::Type::emptyfile:
      return overlay.add_text(path, owner_of(entry, overlay.find(path), 0644), "");
    case PathEntry::Type::remove: overlay.remove(path); return {};
  }
  return {};
}

// A container gets a tmpfs there, and runc gives it the mode of the folder that it covers, and root as owner.
Status add_writable_folder(Overlay& overlay, const std::string& path, const UserIds& ids) {
  const auto there = overlay.find(path);
  if (!there) return overlay.add_folder(path, {ids.uid, ids.gid, 01777});
  if (there->type == TarEntry::Type::directory) overlay.change(path, {}, {}, there->mode | 01777U);
  return {};
}

}  // namespace

Status add_merged_usr(Overlay& overlay) {
  for (const std::string_view folder : merged_folders) {
    if (overlay.find(folder) || !overlay.find(fmt::format("usr/{}", folder))) continue;
    TRY_STATUS(overlay.add_symlink(folder, fmt::format("usr/{}", folder)));
  }
  return {};
}

Status add_os_release(Overlay& overlay, const Definition& definition) {
  if (definition.os_release.empty()) return {};
  std::string text;
  for (const std::string_view key : {"PRETTY_NAME", "NAME", "VERSION_ID", "VERSION_CODENAME", "ID", "ID_LIKE",
                                     "HOME_URL", "BUG_REPORT_URL"}) {
    const auto value = definition.os_release.find(std::string(key));
    if (value != definition.os_release.end())
      text += fmt::format("{}={}\n", key, os_release_value(value->second));
  }
  TRY_STATUS(overlay.add_text("usr/lib/os-release", {0, 0, 0644}, text));
  return overlay.add_symlink("etc/os-release", "../usr/lib/os-release");
}

// The suites by the names that the packages were fetched from ("trixie"): "stable" is another release one
// day.
Status add_apt_sources(Overlay& overlay, const Lock& lock) {
  if (!overlay.find("usr/bin/apt-get") || overlay.find("etc/apt/sources.list")) return {};
  if (!overlay.below("etc/apt/sources.list.d").empty()) return {};
  std::set<std::string> stanzas;
  for (const LockedIndex& index : lock.indexes) {
    constexpr std::string_view dists = "/dists/";
    const auto at = index.url.find(dists);
    if (at == std::string::npos || index.signed_by.empty()) continue;
    stanzas
        .insert(fmt::format("Types: deb\nURIs: {}\nSuites: {}\nComponents: {}\n"
                            "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n",
                            index.url.substr(0, at), index.url.substr(at + dists.size()), index.component));
  }
  if (stanzas.empty()) return {};
  return overlay.add_text("etc/apt/sources.list.d/hauberk.sources", {0, 0, 0644},
                          fmt::format("{}", fmt::join(stanzas, "\n")));
}

Status add_paths(Overlay& overlay, const Definition& definition, const Lock& lock) {
  for (const PathEntry& entry : definition.paths) {
    if (auto added = add_path(overlay, lock, entry); !added) {
      return wrap(added.error(), fmt::format("cannot apply path \"{}\"", entry.path));
    }
  }
  return {};
}

std::vector<std::string> writable_paths(const Definition& definition) {
  std::vector<std::string> paths;
  const auto annotation = definition.annotations.find("hauberk.writable");
  if (annotation == definition.annotations.end()) return paths;
  const std::string& text = annotation->second;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(' ', at), text.size());
    if (end > at) paths.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return paths;
}

Status add_run_folders(Overlay& overlay, const Definition& definition) {
  TRY(const UserIds ids, run_as(definition));
  for (const std::string& folder : writable_paths(definition)) {
    const std::string path = image_path(folder);
    if (!path.empty()) TRY_STATUS(add_writable_folder(overlay, path, ids));
  }
  for (const std::string& folder : definition.volumes) {
    const std::string path = image_path(folder);
    if (path.empty() || overlay.find(path)) continue;
    TRY_STATUS(overlay.add_folder(path, {ids.uid, ids.gid, 0755}));
  }
  const std::string work_dir = image_path(definition.work_dir);
  if (work_dir.empty() || overlay.find(work_dir)) return {};
  return overlay.add_folder(work_dir, {0, 0, 0755});
}

}  // namespace hauberk
