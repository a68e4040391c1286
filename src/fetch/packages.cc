// SPDX-License-Identifier: Apache-2.0
#include "fetch/packages.h"

#include <algorithm>

#include "fetch/stage.h"
#include "fetch/urls.h"
#include "io/parallel.h"

namespace hauberk {
namespace {

Wanted wanted_package(const FetchContext& context, const LockedPackage& package) {
  return Wanted{
      .url = request_url(context.store.config().upstreams, package.url),
      .what = fmt::format("package {} {} ({})", package.name, package.version, package.architecture),
      .digest = package.digest,
      .size_bytes = package.size_bytes,
      .report_bytes = true};
}

Result<bool> is_missing(const FetchContext& context, const LockedPackage& package) {
  const auto size = context.store.vault().file_size(vault_path(package.digest));
  if (size) return *size != package.size_bytes;
  if (size.error().kind == ErrorKind::not_found) return true;
  return std::unexpected(size.error());
}

Result<std::vector<const LockedPackage*>> missing_packages(const FetchContext& context, const Lock& lock) {
  std::vector<const LockedPackage*> missing;
  for (const LockedPackage& package : lock.packages) {
    TRY(const bool lacks, is_missing(context, package));
    if (lacks) missing.push_back(&package);
  }
  std::ranges::stable_sort(missing, std::greater{}, [](const LockedPackage* p) { return p->size_bytes; });
  return missing;
}

Status offline_answer(const std::vector<const LockedPackage*>& missing) {
  const LockedPackage& first = *missing.front();
  return fail(
      ErrorKind::not_found,
      "cannot build offline: the vault lacks {} of the lock's packages, {} {} among them; run once without "
      "--offline",
      missing.size(), first.name, first.version);
}

Status fetch_one(const FetchContext& context, const LockedPackage& package) {
  const auto stored = fetch_into_vault(context, wanted_package(context, package));
  if (stored) return {};
  if (stored.error().kind != ErrorKind::not_found) return std::unexpected(stored.error());
  return fail(
      ErrorKind::not_found,
      "{}; the mirror has dropped this version: make a new lock, or give a mirror that keeps old versions "
      "in config.yaml below upstreams, rewrites",
      stored.error().message);
}

}  // namespace

Status fetch_packages(const FetchContext& context, const Lock& lock) {
  TRY(const auto missing, missing_packages(context, lock));
  if (missing.empty()) return {};
  if (context.options.offline) return offline_answer(missing);
  std::uint64_t total = 0;
  for (const LockedPackage* package : missing) total += package->size_bytes;
  const Stage stage(context.progress, "fetching packages", total, "bytes");
  const auto threads = static_cast<std::size_t>(std::clamp(context.store.config().parallel_downloads, 1, 64));
  return parallel_for(missing.size(), threads,
                      [&](std::size_t i) { return fetch_one(context, *missing[i]); });
}

}  // namespace hauberk
