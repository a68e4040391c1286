// SPDX-License-Identifier: Apache-2.0
#include "fetch/checksum.h"
#include "fetch/files.h"
#include "fetch/pins.h"
#include "fetch/urls.h"

namespace hauberk {
namespace {

constexpr std::uint64_t checksum_limit_bytes = 1 << 20;

std::string file_name_of(const std::string& url) {
  const std::string path = public_url(url);
  return path.substr(path.rfind('/') + 1);
}

Wanted wanted_file(const FetchContext& context, const RemoteFile& file) {
  return Wanted{.url = request_url(context.store.config().upstreams, file.url),
                .what = fmt::format("file {}", public_url(file.url)),
                .report_bytes = true};
}

// The bytes that the pin names, if the vault has them.
Result<std::optional<Stored>> pinned_file(const FetchContext& context, const std::string& url) {
  TRY(const auto pinned, pinned_digest(context.store, url));
  if (!pinned) return std::nullopt;
  const auto size = context.store.vault().file_size(vault_path(*pinned));
  if (size) return Stored{*pinned, *size};
  if (size.error().kind == ErrorKind::not_found) return std::nullopt;
  return std::unexpected(size.error());
}

// Without a checksum, what came first stays; a file that must be fetched again has to be the same.
Result<Stored> first_use_file(const FetchContext& context, const RemoteFile& file) {
  TRY(const auto known, pinned_file(context, file.url));
  if (known) return *known;
  TRY(const Stored stored, fetch_into_vault(context, wanted_file(context, file)));
  TRY_STATUS(pin_digest(context.store, file.url, stored.digest));
  context.progress
      .warn(fmt::format("{} has no checksum: what came now is trusted from now on; write `checksum: {}` to "
                        "say so in the definition",
                        public_url(file.url), stored.digest.text()));
  return stored;
}

// The vault names files by sha256: which one has a sha512 is remembered as a pin of both together.
Result<Stored> file_by_digest(const FetchContext& context, const RemoteFile& file, const Digest& digest) {
  const bool by_vault_name = digest.algorithm() == Digest::Algorithm::sha256;
  const std::string both = fmt::format("{}#{}", file.url, digest.text());
  if (!by_vault_name) {
    TRY(const auto known, pinned_file(context, both));
    if (known) return *known;
  }
  Wanted wanted = wanted_file(context, file);
  wanted.digest = digest;
  TRY(const Stored stored, fetch_into_vault(context, wanted));
  if (!by_vault_name) TRY_STATUS(pin_digest(context.store, both, stored.digest));
  return stored;
}

Result<Digest> fetched_checksum(const FetchContext& context, const RemoteFile& file, const std::string& url) {
  const std::string target = request_url(context.store.config().upstreams, url);
  TRY(const std::string list, fetch_text(context, target, checksum_limit_bytes));
  auto digest = checksum_of_list(list, file_name_of(file.url));
  if (!digest) return wrap(digest.error(), fmt::format("cannot use the checksum file {}", public_url(url)));
  return digest;
}

Result<Stored> file_by_checksum_url(const FetchContext& context, const RemoteFile& file,
                                    const std::string& checksum_url) {
  TRY(const auto known, pinned_file(context, file.url));
  if (known && context.options.offline) return *known;
  const auto digest = fetched_checksum(context, file, checksum_url);
  if (!digest && known && digest.error().kind == ErrorKind::network) return *known;
  if (!digest) return std::unexpected(digest.error());
  // Before the download: a checksum that has changed is a conflict whatever the file is now.
  if (digest->algorithm() == Digest::Algorithm::sha256)
    TRY_STATUS(pin_digest(context.store, file.url, *digest));
  TRY(const Stored stored, file_by_digest(context, file, *digest));
  TRY_STATUS(pin_digest(context.store, file.url, stored.digest));
  return stored;
}

Result<Stored> stored_file(const FetchContext& context, const RemoteFile& file) {
  TRY(const Checksum checksum, parse_checksum(file.checksum));
  if (!checksum.url.empty()) return file_by_checksum_url(context, file, checksum.url);
  if (!checksum.digest) return first_use_file(context, file);
  return file_by_digest(context, file, *checksum.digest);
}

}  // namespace

Result<LockedFile> remote_file(const FetchContext& context, const RemoteFile& file) {
  const std::string origin = public_url(file.url);
  if (!file.secret_id.empty())
    return fail(
        ErrorKind::unsupported,
        "cannot fetch {}: it needs the secret {}, and secrets for files are not supported; give the host's "
        "credentials in config.yaml below upstreams, rewrites",
        origin, file.secret_id);
  auto stored = stored_file(context, file);
  if (!stored) return std::unexpected(stored.error());
  return LockedFile{origin, stored->digest, stored->size_bytes};
}

}  // namespace hauberk
