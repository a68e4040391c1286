// SPDX-License-Identifier: Apache-2.0
#include "fetch/index_file.h"

#include <array>

#include "fetch/mend.h"

namespace hauberk {
namespace {

struct Packing {
  std::string_view suffix;
  Compression compression;
};

// In the order of preference.
constexpr std::array<Packing, 4> packings = {{{".zst", Compression::zstd},
                                              {".xz", Compression::xz},
                                              {".gz", Compression::gzip},
                                              {"", Compression::none}}};

Result<Stored> fetch_index_file(const FetchContext& context, const Repository& repository,
                                const Release& release, const IndexFile& file) {
  const std::string suite_url = repository.suite_url();
  Wanted wanted{.url = fmt::format("{}/{}", suite_url, file.path),
                .what = fmt::format("index {}", file.path),
                .digest = file.file.digest,
                .size_bytes = file.file.size_bytes};
  if (release.acquire_by_hash) {
    Wanted by_hash = wanted;
    by_hash.url = fmt::format("{}/{}by-hash/SHA256/{}", suite_url, file.folder, file.file.digest.hex());
    auto stored = fetch_into_vault(context, by_hash);
    if (stored || context.options.offline || stored.error().kind != ErrorKind::not_found) return stored;
  }
  auto stored = fetch_into_vault(context, wanted);
  if (stored || context.options.offline || stored.error().kind != ErrorKind::not_found) return stored;
  return fail(ErrorKind::network, "{}: the mirror is in the middle of an update; try again in a few minutes",
              stored.error().message);
}

}  // namespace

std::optional<IndexFile> index_file(const Release& release, const std::string& folder,
                                    std::string_view name) {
  const auto text = release.files.find(fmt::format("{}{}", folder, name));
  for (const Packing& packing : packings) {
    const auto found = release.files.find(fmt::format("{}{}{}", folder, name, packing.suffix));
    if (found == release.files.end()) continue;
    IndexFile result{folder, found->first, packing.compression, found->second, {}};
    if (text != release.files.end()) result.text = text->second;
    return result;
  }
  return std::nullopt;
}

Status read_index_file(const FetchContext& context, const Repository& repository, const Release& release,
                       const IndexFile& file, const std::function<Status()>& read) {
  TRY_STATUS(fetch_index_file(context, repository, release, file));
  Status done = read();
  if (done || done.error().kind != ErrorKind::verification_failed || context.options.offline) return done;
  const Dir& vault = context.store.vault();
  TRY(const bool damaged, is_damaged(vault, file.file.digest));
  if (!damaged) return done;
  TRY_STATUS(vault.remove(vault_path(file.file.digest)));
  context.progress.warn(fmt::format("index {} was damaged in the vault ({}): it is fetched again", file.path,
                                    vault_path(file.file.digest)));
  TRY_STATUS(fetch_index_file(context, repository, release, file));
  return read();
}

std::unexpected<Error> bad_index_file(const FetchContext& context, const IndexFile& file,
                                      std::string_view why) {
  return fail(ErrorKind::verification_failed, "cannot unpack {}: {}; remove {}/{} and try again", file.path,
              why, context.store.vault().path(), vault_path(file.file.digest));
}

}  // namespace hauberk
