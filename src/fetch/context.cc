// SPDX-License-Identifier: Apache-2.0
#include "fetch/context.h"

#include "io/progress_sink.h"

namespace hauberk {
namespace {

constexpr std::string_view bad_mirror_help =
    "the mirror's copy is damaged or was changed on the way; try again later or use another mirror";

// The size of the file in the vault, none if it is not there.
Result<std::optional<std::uint64_t>> size_in_vault(const FetchContext& context, const Digest& digest) {
  auto size = context.store.vault().file_size(vault_path(digest));
  if (size) return std::optional(*size);
  if (size.error().kind == ErrorKind::not_found) return std::nullopt;
  return std::unexpected(size.error());
}

Result<std::optional<Stored>> find_in_vault(const FetchContext& context, const Wanted& wanted) {
  if (!wanted.digest || wanted.digest->algorithm() != Digest::Algorithm::sha256) return std::nullopt;
  TRY(const auto size, size_in_vault(context, *wanted.digest));
  if (!size || (wanted.size_bytes && *wanted.size_bytes != *size)) return std::nullopt;
  return Stored{*wanted.digest, *size};
}

Status check_size(const Wanted& wanted, std::uint64_t size) {
  if (!wanted.size_bytes || *wanted.size_bytes == size) return {};
  return fail(ErrorKind::verification_failed, "cannot use {} from {}: it has {} bytes instead of {}: {}",
              wanted.what, public_url(wanted.url), size, *wanted.size_bytes, bad_mirror_help);
}

Status check_digest(const Wanted& wanted, const Digest& digest) {
  if (!wanted.digest || *wanted.digest == digest) return {};
  return fail(ErrorKind::verification_failed, "cannot use {} from {}: its hash is {} instead of {}: {}",
              wanted.what, public_url(wanted.url), digest.text(), wanted.digest->text(), bad_mirror_help);
}

// The client's refusal of a body that is longer than the signed index says is a failed check.
Error explain(const Wanted& wanted, Error error) {
  if (error.kind == ErrorKind::limit_exceeded && wanted.size_bytes)
    return Error{ErrorKind::verification_failed,
                 fmt::format("cannot use {} from {}: it is longer than the {} bytes expected: {}",
                             wanted.what, public_url(wanted.url), *wanted.size_bytes, bad_mirror_help)};
  error.message = fmt::format("cannot fetch {}: {}", wanted.what, error.message);
  return error;
}

}  // namespace

Result<Stored> fetch_into_vault(const FetchContext& context, const Wanted& wanted) {
  TRY(const auto found, find_in_vault(context, wanted));
  if (found) return *found;
  if (context.options.offline)
    return fail(
        ErrorKind::not_found,
        "cannot find {} in the vault: it was not fetched yet; run again without --offline to fetch {}",
        wanted.what, public_url(wanted.url));

  TRY(NewFile file, context.store.vault().create_file());
  ProgressSink reporting(file, context.progress);
  ByteSink& target = wanted.report_bytes ? static_cast<ByteSink&>(reporting) : file;
  HashingSink hashing(target);
  const auto algorithm = wanted.digest ? wanted.digest->algorithm() : Digest::Algorithm::sha256;
  HashingSink stated(hashing, algorithm);
  const bool hash_twice = algorithm != Digest::Algorithm::sha256;
  const std::uint64_t limit = wanted.size_bytes.value_or(wanted.limit_bytes);
  const auto received =
      context.http.get(wanted.url, hash_twice ? static_cast<ByteSink&>(stated) : hashing, limit);
  if (!received) return std::unexpected(explain(wanted, received.error()));

  TRY_STATUS(check_size(wanted, hashing.size_bytes()));
  const Digest digest = hashing.finish();
  TRY_STATUS(check_digest(wanted, hash_twice ? stated.finish() : digest));
  TRY_STATUS(file.commit(vault_path(digest)));
  return Stored{digest, hashing.size_bytes()};
}

Result<std::string> fetch_text(const FetchContext& context, const std::string& url,
                               std::uint64_t limit_bytes) {
  if (context.options.offline)
    return fail(ErrorKind::not_found, "cannot fetch {}: offline; run again without --offline",
                public_url(url));
  MemorySink sink;
  TRY_STATUS(context.http.get(url, sink, limit_bytes));
  return sink.take();
}

Result<Stored> keep_in_vault(const FetchContext& context, std::string_view text) {
  const Digest digest = Digest::of(text);
  TRY(const auto size, size_in_vault(context, digest));
  if (!size || *size != text.size()) TRY_STATUS(context.store.vault().write_file(vault_path(digest), text));
  return Stored{digest, text.size()};
}

Result<std::string> read_from_vault(const FetchContext& context, const Digest& digest,
                                    std::uint64_t limit_bytes) {
  TRY(std::string text, context.store.vault().read_file(vault_path(digest), limit_bytes));
  if (Digest::of(text) != digest)
    return fail(ErrorKind::verification_failed,
                "cannot use {}/{}: the file is damaged; remove it and fetch it again",
                context.store.vault().path(), vault_path(digest));
  return text;
}

}  // namespace hauberk
