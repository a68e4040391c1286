// SPDX-License-Identifier: Apache-2.0
#include "fetch/sources.h"

#include <algorithm>
#include <map>

#include "fetch/index_file.h"
#include "fetch/stage.h"
#include "io/parallel.h"

namespace hauberk {
namespace {

constexpr std::uint64_t text_limit_bytes = std::uint64_t{1} << 30;

// A source package, and the repository that has it.
struct Listed {
  SourcePackage package;
  const Repository* repository;
};

std::set<SourceId> sources_of(const Lock& lock) {
  std::set<SourceId> wanted;
  for (const LockedPackage& package : lock.packages) wanted.emplace(package.source, package.source_version);
  return wanted;
}

// One Sources file, from the vault, to its end: what it holds is believed only if it is what was signed.
Result<std::vector<SourcePackage>> read_sources(const FetchContext& context, const IndexFile& file,
                                                const std::set<SourceId>& wanted) {
  TRY(FileSource source, context.store.vault().open_file(vault_path(file.file.digest)));
  DecompressionLimits limits;
  limits.output_bytes = text_limit_bytes;
  HashingSource packed(source);
  const auto text = decompress(file.compression, packed, limits);
  auto found = find_sources(*text, wanted);
  if (!found) return bad_index_file(context, file, found.error().message);
  if (packed.finish() != file.file.digest) {
    return bad_index_file(context, file, "the file in the vault is damaged");
  }
  return found;
}

// What the repositories list of the wanted sources, and in words where was looked.
class Search {
 public:
  Search(const FetchContext& context, std::set<SourceId> wanted)
      : context_(context), wanted_(std::move(wanted)) {}

  Status look_into(const Repository& repository) {
    TRY(const VerifiedRelease release, verified_release(context_, repository));
    const std::string name = public_url(repository.suite_url());
    std::size_t indexes = 0;
    for (const std::string& component : repository.components) {
      const std::string folder = repository.flat() ? "" : fmt::format("{}/source/", component);
      const auto file = index_file(release.release, folder, "Sources");
      if (!file) continue;
      ++indexes;
      std::vector<SourcePackage> packages;
      TRY_STATUS(read_index_file(context_, repository, release.release, *file, [&]() -> Status {
        TRY(packages, read_sources(context_, *file, wanted_));
        return {};
      }));
      for (SourcePackage& package : packages) {
        wanted_.erase(package.id);
        found_.push_back({std::move(package), &repository});
      }
    }
    (indexes == 0 ? without_ : looked_into_).push_back(name);
    return {};
  }

  const std::vector<Listed>& found() const { return found_; }

  std::vector<MissingSource> missing() const {
    std::string why = looked_into_.empty()
                          ? std::string()
                          : fmt::format("the sources of {} do not have it", fmt::join(looked_into_, ", "));
    if (!without_.empty()) {
      why += fmt::format("{}{} publishes no sources", why.empty() ? "" : "; ", fmt::join(without_, ", "));
    }
    std::vector<MissingSource> all;
    for (const SourceId& id : wanted_) all.push_back({id, why});
    return all;
  }

 private:
  const FetchContext& context_;
  std::set<SourceId> wanted_;  // and not found yet
  std::vector<Listed> found_;
  std::vector<std::string> looked_into_, without_;
};

struct WantedFile {
  std::size_t source;  // its number in SourcesOfLock::found
  Wanted wanted;
};

std::vector<WantedFile> wanted_files(const std::vector<Listed>& listed, SourcesOfLock& sources) {
  std::vector<WantedFile> all;
  for (const auto& [package, repository] : listed) {
    const auto& [name, version] = package.id;
    FetchedSource& source = sources.found.emplace_back(FetchedSource{package.id, {}});
    for (const auto& [file_name, file] : package.files) {
      const std::string folder = package.directory == "." ? "" : package.directory + "/";
      const std::string url = fmt::format("{}/{}{}", repository->url, folder, file_name);
      source.files.push_back({file_name, file.digest, file.size_bytes, public_url(url)});
      all.push_back({sources.found.size() - 1,
                     Wanted{.url = url,
                            .what = fmt::format("{} of the source {} {}", file_name, name, version),
                            .digest = file.digest,
                            .size_bytes = file.size_bytes,
                            .report_bytes = true}});
    }
  }
  return all;
}

// Why each source that lacks a file does, by its number; a mirror that fails otherwise is an error.
Result<std::map<std::size_t, std::string>> fetch_files(const FetchContext& context,
                                                       const std::vector<WantedFile>& files) {
  std::uint64_t total = 0;
  for (const WantedFile& file : files) total += *file.wanted.size_bytes;
  const Stage stage(context.progress, "fetching sources", total, "bytes");
  const auto threads = static_cast<std::size_t>(std::clamp(context.store.config().parallel_downloads, 1, 64));
  std::vector<std::string> reasons(files.size());
  TRY_STATUS(parallel_for(files.size(), threads, [&](std::size_t i) -> Status {
    const auto stored = fetch_into_vault(context, files[i].wanted);
    if (stored) return {};
    if (stored.error().kind != ErrorKind::not_found) return std::unexpected(stored.error());
    reasons[i] = context.options.offline
                     ? fmt::format("the vault lacks {}, and --offline forbids to fetch it",
                                   public_url(files[i].wanted.url))
                     : fmt::format("the mirror does not have {}", public_url(files[i].wanted.url));
    return {};
  }));
  std::map<std::size_t, std::string> lacking;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!reasons[i].empty()) lacking.emplace(files[i].source, std::move(reasons[i]));
  }
  return lacking;
}

}  // namespace

Result<SourcesOfLock> fetch_sources(const FetchContext& context, const std::vector<Repository>& repositories,
                                    const Lock& lock) {
  Search search(context, sources_of(lock));
  {
    const Stage stage(context.progress, "reading source indexes", repositories.size(), "repositories");
    for (const Repository& repository : repositories) {
      TRY_STATUS(search.look_into(repository));
      context.progress.advance(1);
    }
  }
  SourcesOfLock sources;
  sources.missing = search.missing();
  const auto files = wanted_files(search.found(), sources);
  TRY(const auto lacking, fetch_files(context, files));
  for (const auto& [number, why] : lacking) sources.missing.push_back({sources.found[number].id, why});
  for (auto at = lacking.rbegin(); at != lacking.rend(); ++at) {
    sources.found.erase(sources.found.begin() + static_cast<std::ptrdiff_t>(at->first));
  }
  std::ranges::sort(sources.found, {}, &FetchedSource::id);
  std::ranges::sort(sources.missing, {}, &MissingSource::id);
  return sources;
}

}  // namespace hauberk
