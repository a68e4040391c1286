// SPDX-License-Identifier: Apache-2.0
#include "fetch/mend.h"

#include <set>

#include "fetch/stage.h"
#include "io/parallel.h"

namespace hauberk {
namespace {

struct Kept {
  Digest digest;
  std::string what;
  bool is_package = false;
};

// Each file once, in the order of the lock.
std::vector<Kept> kept_for(const Lock& lock) {
  std::vector<Kept> kept;
  std::set<Digest> seen;
  for (const LockedPackage& package : lock.packages) {
    if (!seen.insert(package.digest).second) continue;
    kept.push_back({package.digest,
                    fmt::format("package {} {} ({})", package.name, package.version, package.architecture),
                    true});
  }
  for (const LockedFile& file : lock.files) {
    if (seen.insert(file.digest).second) kept.push_back({file.digest, fmt::format("file {}", file.origin)});
  }
  return kept;
}

}  // namespace

Result<bool> is_damaged(const Dir& vault, const Digest& digest) {
  auto file = vault.open_file(vault_path(digest));
  if (!file && file.error().kind == ErrorKind::not_found) return false;
  if (!file) return std::unexpected(std::move(file).error());
  HashingSource hashing(*file, digest.algorithm());
  TRY_STATUS(drain(hashing));
  return hashing.finish() != digest;
}

Result<std::vector<std::string>> remove_damaged(const FetchContext& context, const Lock& lock) {
  const Dir& vault = context.store.vault();
  const std::vector<Kept> kept = kept_for(lock);
  std::vector<char> damaged(kept.size(), 0);
  {
    const Stage stage(context.progress, "checking the vault", kept.size(), "files");
    TRY_STATUS(parallel_for(kept.size(), processor_count(), [&](std::size_t i) -> Status {
      TRY(damaged[i], is_damaged(vault, kept[i].digest));
      context.progress.advance(1);
      return {};
    }));
  }
  std::vector<std::string> said;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (!damaged[i]) continue;
    if (context.options.offline && kept[i].is_package) {
      return fail(ErrorKind::verification_failed,
                  "cannot build offline: {} is damaged in the vault ({}/{}); run once without --offline to "
                  "fetch it again",
                  kept[i].what, vault.path(), vault_path(kept[i].digest));
    }
    TRY_STATUS(vault.remove(vault_path(kept[i].digest)));
    said.push_back(fmt::format("{} was damaged in the vault ({}): it was removed, and is fetched again",
                               kept[i].what, vault_path(kept[i].digest)));
  }
  return said;
}

}  // namespace hauberk
