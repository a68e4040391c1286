// SPDX-License-Identifier: Apache-2.0
#include "pipeline/build.h"

#include <algorithm>
#include <iterator>

#include "io/parallel.h"
#include "oci/media_type.h"
#include "pipeline/names.h"

namespace hauberk {
namespace {

// What both platforms have to say is said once.
void add_new(std::vector<std::string>& warnings, const std::vector<std::string>& more) {
  for (const std::string& warning : more) {
    if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) warnings.push_back(warning);
  }
}

std::string lock_path(const Digest& index) { return fmt::format("locks/{}.json", index.hex()); }

const LockedFile* first_missing(const Store& store, const Lock& lock) {
  const auto missing = std::find_if(lock.files.begin(), lock.files.end(), [&](const LockedFile& file) {
    return !store.vault().exists(vault_path(file.digest)).value_or(false);
  });
  return missing == lock.files.end() ? nullptr : &*missing;
}

// A lock from elsewhere: the vault may lack what its definition brings. Files by URL are fetched, those of
// the catalogue are taken from below `catalog_root`; both count only if they are the lock's very bytes.
Status bring_files(const Store& store, const Lock& lock, const Definition& definition,
                   const std::string& catalog_root, Fetcher& fetcher) {
  for (const Platform platform : lock.platforms) {
    if (first_missing(store, lock) == nullptr) return {};
    TRY(Definition own, for_platform(definition, platform));
    if (catalog_root.empty()) own.paths.clear();
    TRY_STATUS(fetcher.files(own, catalog_root));
  }
  const LockedFile* missing = first_missing(store, lock);
  if (missing == nullptr) return {};
  return fail(
      ErrorKind::not_found,
      "cannot build from this lock: it needs {} ({}), which the vault lacks{}: name the folder of its "
      "catalogue with --catalog",
      missing->origin, missing->digest.text(),
      catalog_root.empty() ? "" : " and " + catalog_root + " has with other bytes");
}

Result<BuiltPlatform> build_platform(Store& store, Lock& lock, const Definition& definition,
                                     Platform platform, const BuildRequest& request, Progress& progress) {
  TRY(const Definition own, for_platform(definition, platform));
  TRY_STATUS(check_buildable(own));
  const std::size_t threads = request.threads > 0 ? request.threads : processor_count();
  const LayerCache cache = request.no_cache ? LayerCache::ignored : LayerCache::used;
  TRY(AssembledImage image, assemble(store, lock, own, platform, threads, progress, cache));
  const std::string name(platform.text());
  const auto promised = lock.created.find(name);
  if (promised != lock.created.end() && promised->second != image.created) {
    return fail(ErrorKind::verification_failed,
                "cannot build {} from this lock: its packages are of {}, the lock says {}", name,
                image.created, promised->second);
  }
  lock.created[name] = image.created;
  return BuiltPlatform{platform, std::move(image)};
}

Result<Descriptor> put_index(Store& store, const Definition& definition,
                             const std::vector<BuiltPlatform>& platforms) {
  Index index{.media_type = std::string(media_type::index),
              .artifact_type = {},
              .manifests = {},
              .subject = {},
              .annotations = definition.annotations};
  for (const BuiltPlatform& built : platforms) index.manifests.push_back(built.image.manifest);
  const std::string text = text_of(index);
  TRY_STATUS(put_blob(store.blobs(), text));
  return describe(media_type::index, text);
}

// The lock stays beside the image that it made: how to rebuild it, and what its tests are. Two locks may
// make the same image (a guard that had nothing to do, other tests): the last build's counts.
Status keep_lock(const Store& store, const Digest& index, const Lock& lock) {
  const std::string text = text_of(lock);
  const auto kept = store.dir().read_file(lock_path(index), 64 << 20);
  if (kept && *kept == text) return {};
  return store.dir().write_file(lock_path(index), text);
}

Status try_out(Store& store, const Definition& definition, BuildResult& result, Progress& progress) {
  TRY(const Platform here, Platform::of_this_machine());
  const auto built = std::find_if(result.platforms.begin(), result.platforms.end(),
                                  [&](const BuiltPlatform& candidate) { return candidate.platform == here; });
  if (built == result.platforms.end()) {
    result.trial =
        TrialReport{.cases = {{.name = "all",
                               .outcome = TrialCase::Outcome::not_run,
                               .why = fmt::format("this machine is {}, and the image is for another platform",
                                                  here.text()),
                               .duration_ms = 0}},
                    .runtime = {}};
    return {};
  }
  TRY(const Definition own, for_platform(definition, here));
  TRY(result.trial, try_image(store, built->image.manifest, own, {}, progress));
  return {};
}

Status tag(Store& store, const Definition& definition, const Clock& clock, BuildResult& result) {
  TRY(const ImageNames names, image_names(definition));
  TRY(TagStore tags, TagStore::open(store));
  const Time now = clock.now();
  result.repository = names.repository;
  std::string tried;
  Result<std::vector<TagMove>> set;
  // Another build may take our build tag between our asking and our setting: then the next one is ours.
  do {
    TRY(const std::string fixed,
        tags.build_tag(names.repository, names.build_prefix, result.index.digest, now));
    if (fixed == tried) return std::unexpected(set.error());
    tried = fixed;
    result.tags = names.tags;
    result.tags.push_back(fixed);
    const TaggedImage image{names.repository,        fixed, result.index.media_type, result.index.digest,
                            result.index.size_bytes, {}};
    set = tags.set(names.repository, result.tags, image, now, "build");
  } while (!set && set.error().kind == ErrorKind::conflict);
  if (!set) return std::unexpected(set.error());
  std::ranges::copy_if(*set, std::back_inserter(result.moved),
                       [](const TagMove& move) { return !move.from.empty(); });
  return {};
}

// definition -> lock
Status make_lock(Store& store, Fetcher& fetcher, const BuildRequest& request, BuildResult& result) {
  if (request.lock) {
    result.lock = *request.lock;
    const std::string ours = compressor_text(result.lock.compression);
    if (result.lock.compressor == ours) return {};
    add_new(result.warnings,
            {fmt::format("the lock was made with {}, this program has {}: config and diff_ids will be the "
                         "same, the manifest digest may not",
                         result.lock.compressor, ours)});
    return {};
  }
  TRY(const DefinitionSource source,
      read_definition(request.definition, request.customisations, request.catalog_root));
  TRY_STATUS(check_buildable(source.definition));
  add_new(result.warnings, source.warnings);
  TRY(result.lock, lock_definition(source, request.lock_request, store, fetcher));
  return {};
}

// definition -> lock -> packages -> tree -> layers -> the images of all platforms
Status make(Store& store, Fetcher& fetcher, const BuildRequest& request, BuildResult& result,
            Progress& progress) {
  result.platforms.clear();
  TRY_STATUS(make_lock(store, fetcher, request, result));
  TRY(const Definition definition, definition_of_document(result.lock.definition));
  TRY_STATUS(bring_files(store, result.lock, definition, request.catalog_root, fetcher));
  TRY_STATUS(fetcher.packages(result.lock));
  for (const Platform platform : result.lock.platforms) {
    TRY(BuiltPlatform built, build_platform(store, result.lock, definition, platform, request, progress));
    add_new(result.warnings, built.image.warnings);
    result.platforms.push_back(std::move(built));
  }
  return {};
}

// A file of the vault that went bad shows when it is read. It is fetched again, and said so, once.
Status make_or_mend(Store& store, Fetcher& fetcher, const BuildRequest& request, BuildResult& result,
                    Progress& progress) {
  Status made = make(store, fetcher, request, result, progress);
  if (made || made.error().kind != ErrorKind::verification_failed) return made;
  TRY(const auto damaged, fetcher.remove_damaged(result.lock));
  if (damaged.empty()) return made;
  for (const std::string& sentence : damaged) progress.warn(sentence);
  return make(store, fetcher, request, result, progress);
}

}  // namespace

Result<BuildResult> build_image(Store& store, HttpClient& http, const Clock& clock,
                                const BuildRequest& request, Progress& progress) {
  BuildResult result{.repository = {},
                     .tags = {},
                     .moved = {},
                     .index = describe("", ""),
                     .platforms = {},
                     .lock = {},
                     .trial = {},
                     .warnings = {}};
  Fetcher fetcher(store, http, clock, progress, {.offline = request.offline});
  TRY_STATUS(store.remove_abandoned());

  TRY_STATUS(make_or_mend(store, fetcher, request, result, progress));
  TRY(const Definition definition, definition_of_document(result.lock.definition));
  TRY(const Definition first, for_platform(definition, result.lock.platforms.front()));
  TRY(result.index, put_index(store, first, result.platforms));
  TRY_STATUS(keep_lock(store, result.index.digest, result.lock));

  // image -> tests -> tags
  if (request.run_tests) {
    TRY_STATUS(try_out(store, definition, result, progress));
    if (result.trial && result.trial->failed()) return result;
  }
  TRY_STATUS(tag(store, definition, clock, result));
  return result;
}

Result<Lock> lock_of_image(const Store& store, const Digest& index) {
  auto text = store.dir().read_file(lock_path(index), 64 << 20);
  if (!text && text.error().kind == ErrorKind::not_found) {
    return fail(ErrorKind::not_found, "cannot find the lock of {}: it was not built in this store",
                index.text());
  }
  if (!text) return std::unexpected(text.error());
  return parse_lock(*text);
}

}  // namespace hauberk
