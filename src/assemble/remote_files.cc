// contents.files: what a definition brings by URL.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <set>

#include "assemble/additions.h"
#include "assemble/glob.h"
#include "assemble/paths.h"
#include "base/digest.h"
#include "io/compression.h"
#include "io/http.h"
#include "tar/reader.h"

namespace hauberk {
namespace {

bool is_archive_name(std::string_view name) {
  constexpr std::array<std::string_view, 9> endings = {".tar",     ".tar.gz", ".tgz",     ".tar.xz", ".txz",
                                                       ".tar.zst", ".tzst",   ".tar.bz2", ".zip"};
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view end) { return name.ends_with(end); });
}

bool is_wanted(const RemoteFile& file, std::string_view path) {
  const auto matches = [&](const std::string& pattern) { return glob_matches(pattern, path); };
  const bool included =
      file.includes.empty() || std::any_of(file.includes.begin(), file.includes.end(), matches);
  return included && std::none_of(file.excludes.begin(), file.excludes.end(), matches);
}

Status add_member(Overlay& overlay, const RemoteFile& file, const Digest& archive, const TarEntry& member) {
  using Type = TarEntry::Type;
  const std::string folder = image_path(file.path);
  const std::string path = folder.empty() ? merged_path(member.path) : folder + "/" + member.path;
  const Overlay::Owner owner{file.uid.value_or(0), file.gid.value_or(0), member.mode & 0755U};
  switch (member.type) {
    case Type::directory: return overlay.find(path) ? Status{} : overlay.add_folder(path, owner);
    case Type::file:
      return overlay.add_file(path, owner, member.size_bytes, ArchiveMember{archive, member.path});
    case Type::symlink:
      if (leads_out(path, member.link_target)) {
        return fail(ErrorKind::invalid_input, "its link \"{}\" leads out of the root to \"{}\"", member.path,
                    member.link_target);
      }
      return overlay.add_symlink(path, member.link_target, owner.uid, owner.gid);
    default:
      return fail(ErrorKind::unsupported, "its \"{}\" is a {}: leave it out with `excludes`", member.path,
                  name_of(member.type));
  }
}

Status add_archive(Overlay& overlay, const RemoteFile& file, const Digest& digest, const Store& store) {
  TRY(FileSource source, store.vault().open_file(vault_path(digest)));
  std::array<std::byte, 6> magic{};
  TRY(const std::size_t size, source.read(magic));
  const Compression compression = compression_of(std::span(magic).first(size));
  TRY(FileSource whole, store.vault().open_file(vault_path(digest)));
  HashingSource hashing(whole, digest.algorithm());
  const auto plain = decompress(compression, hashing);
  TarReader reader(*plain);
  std::set<std::string> files;
  for (;;) {
    TRY(const auto member, reader.next());
    if (!member) break;
    if (member->path.empty() || !is_wanted(file, member->path)) continue;
    if (member->type != TarEntry::Type::directory && !files.insert(member->path).second) {
      return fail(ErrorKind::invalid_input, "its \"{}\" is in it twice: leave it out with `excludes`",
                  member->path);
    }
    TRY_STATUS(add_member(overlay, file, digest, *member));
  }
  MemorySink rest(0);
  TRY([[maybe_unused]] const auto tail, copy(*plain, rest));
  if (hashing.finish() == digest) return {};
  return fail(ErrorKind::verification_failed,
              "its bytes in the vault have changed: remove {} from the vault and build "
              "again",
              vault_path(digest));
}

Status add_remote(Overlay& overlay, const RemoteFile& file, const Lock& lock, const Store& store) {
  const std::string origin = public_url(file.url);
  const auto locked = std::find_if(lock.files.begin(), lock.files.end(),
                                   [&](const LockedFile& candidate) { return candidate.origin == origin; });
  if (locked == lock.files.end()) {
    return fail(ErrorKind::not_found, "the lock does not have it: lock the definition again");
  }
  const bool unpack = is_archive_name(origin) && !is_archive_name(file.path);
  if (!unpack) {
    const Overlay::Owner owner{file.uid.value_or(0), file.gid.value_or(0), file.mode.value_or(0644)};
    return overlay.add_file(image_path(file.path), owner, locked->size_bytes, VaultFile{locked->digest});
  }
  if (origin.ends_with(".zip") || origin.ends_with(".tar.bz2")) {
    return fail(ErrorKind::unsupported,
                "archives of this kind cannot be unpacked: use tar with gzip, xz or zstd");
  }
  return add_archive(overlay, file, locked->digest, store);
}

}  // namespace

Status add_files(Overlay& overlay, const Definition& definition, const Lock& lock, const Store& store) {
  for (const RemoteFile& file : definition.files) {
    if (auto added = add_remote(overlay, file, lock, store); !added) {
      return wrap(added.error(), fmt::format("cannot add file {}", public_url(file.url)));
    }
  }
  return {};
}

}  // namespace hauberk
