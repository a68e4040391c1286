// SPDX-License-Identifier: Apache-2.0
#include "fetch/fetch.h"

#include <algorithm>
#include <optional>

#include "fetch/files.h"
#include "fetch/indexes.h"
#include "fetch/mend.h"
#include "fetch/packages.h"
#include "fetch/release.h"
#include "fetch/repositories.h"
#include "fetch/sources.h"
#include "fetch/stage.h"
#include "io/parallel.h"

namespace hauberk {
namespace {

// Suites and files are few, and wait for the network more than for a processor.
constexpr std::size_t suites_at_once = 8;
constexpr std::size_t indexes_at_once = 4;

// The values of work(i) for every i below `count`, in this order, several at a time.
template <class T, class Work>
Result<std::vector<T>> parallel_map(std::size_t count, std::size_t threads, Work work) {
  std::vector<std::optional<T>> results(count);
  TRY_STATUS(parallel_for(count, threads, [&](std::size_t i) -> Status {
    TRY(results[i], work(i));
    return {};
  }));
  std::vector<T> values;
  values.reserve(count);
  for (auto& result : results) values.push_back(*std::move(result));
  return values;
}

Result<std::vector<VerifiedRelease>> releases_of(const FetchContext& context,
                                                 const std::vector<Repository>& repositories) {
  const Stage stage(context.progress, "checking repositories", repositories.size(), "repositories");
  return parallel_map<VerifiedRelease>(repositories.size(), suites_at_once, [&](std::size_t i) {
    auto release = verified_release(context, repositories[i]);
    context.progress.advance(1);
    return release;
  });
}

Result<std::vector<SuiteIndex>> indexes_of(const FetchContext& context,
                                           const std::vector<IndexRequest>& requests) {
  const Stage stage(context.progress, "reading package indexes", requests.size(), "indexes");
  return parallel_map<SuiteIndex>(requests.size(), indexes_at_once, [&](std::size_t i) {
    auto index = verified_index(context, requests[i]);
    context.progress.advance(1);
    return index;
  });
}

// A lock names each origin once: two URLs that differ in what is not recorded must mean the same bytes.
Result<std::vector<LockedFile>> by_origin(std::vector<LockedFile> files) {
  std::ranges::sort(files, {}, &LockedFile::origin);
  files.erase(std::unique(files.begin(), files.end()), files.end());
  const auto twice = std::ranges::adjacent_find(files, {}, &LockedFile::origin);
  if (twice != files.end())
    return fail(
        ErrorKind::conflict,
        "cannot record {}: two files of this definition have this URL and differ in the query alone; give "
        "them URLs that differ before the \"?\"",
        twice->origin);
  return files;
}

}  // namespace

HttpOptions http_options(const Upstreams& upstreams) {
  HttpOptions options;
  options.egress.allow_private_addresses = upstreams.allow_private_addresses;
  options.egress.allow_private_hosts = upstreams.allow_private_hosts;
  return options;
}

Fetcher::Fetcher(Store& store, HttpClient& http, const Clock& clock, Progress& progress, FetchOptions options)
    : store_(store), http_(http), clock_(clock), progress_(progress), options_(options) {}

Result<std::vector<SuiteIndex>> Fetcher::indexes(const Definition& definition, Platform platform) {
  const FetchContext context{store_, http_, clock_, progress_, options_};
  TRY(const auto repositories, repositories_of(definition, platform, store_.config().upstreams));
  TRY(const auto releases, releases_of(context, repositories));
  std::vector<IndexRequest> requests;
  for (std::size_t i = 0; i < repositories.size(); ++i) {
    TRY(const auto more, index_requests(context, repositories[i], releases[i], platform));
    requests.insert(requests.end(), more.begin(), more.end());
    for (const LockedFile& key : releases[i].first_use_keys) used_keys_.insert_or_assign(key.origin, key);
  }
  return indexes_of(context, requests);
}

Status Fetcher::packages(const Lock& lock) {
  return fetch_packages({store_, http_, clock_, progress_, options_}, lock);
}

Result<SourcesOfLock> Fetcher::sources(const Definition& definition, const Lock& lock) {
  const FetchContext context{store_, http_, clock_, progress_, options_};
  std::vector<Repository> repositories;
  for (const Platform platform : lock.platforms) {
    TRY(const auto more, repositories_of(definition, platform, store_.config().upstreams));
    for (const Repository& repository : more) {
      if (std::ranges::find(repositories, repository) == repositories.end())
        repositories.push_back(repository);
    }
  }
  return fetch_sources(context, repositories, lock);
}

Result<std::vector<std::string>> Fetcher::remove_damaged(const Lock& lock) {
  return hauberk::remove_damaged({store_, http_, clock_, progress_, options_}, lock);
}

Result<std::vector<LockedFile>> Fetcher::files(const Definition& definition,
                                               const std::string& catalog_root) {
  const FetchContext context{store_, http_, clock_, progress_, options_};
  TRY(std::vector<LockedFile> files, catalogue_files(context, definition, catalog_root));
  if (!definition.files.empty()) {
    const Stage stage(progress_, "fetching files", 0, "bytes");
    TRY(const auto remote,
        parallel_map<LockedFile>(definition.files.size(), suites_at_once,
                                 [&](std::size_t i) { return remote_file(context, definition.files[i]); }));
    files.insert(files.end(), remote.begin(), remote.end());
  }
  for (const std::string& url : definition.keyring)
    if (const auto key = used_keys_.find(public_url(url)); key != used_keys_.end())
      files.push_back(key->second);
  return by_origin(std::move(files));
}

}  // namespace hauberk
