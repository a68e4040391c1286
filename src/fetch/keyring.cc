// SPDX-License-Identifier: Apache-2.0
#include "fetch/keyring.h"

#include <algorithm>
#include <filesystem>

#include "fetch/pins.h"
#include "fetch/urls.h"

namespace hauberk {
namespace {

constexpr std::string_view debian_keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
constexpr std::uint64_t keyring_limit_bytes = 4 << 20;

struct KeyringFile {
  std::string path;
  bool is_default = false;
};

KeyringFile file_for(const Upstreams& upstreams, const std::string& url) {
  const std::string place = public_url(url);
  std::string_view longest;
  for (const auto& [prefix, file] : upstreams.keyrings)
    if (!prefix.empty() && has_url_prefix(place, prefix) && prefix.size() > longest.size()) longest = prefix;
  if (!longest.empty()) return {upstreams.keyrings.at(std::string(longest))};
  const auto own = upstreams.keyrings.find("");
  return {own == upstreams.keyrings.end() ? std::string(debian_keyring) : own->second, true};
}

// A file anywhere on the host that the administrator named; links are followed, as Debian 13's keyring is
// one.
Result<std::string> read_host_file(const std::string& path) {
  std::error_code error;
  const auto real = std::filesystem::canonical(path, error);
  if (error)
    return fail(
        ErrorKind::not_found,
        "cannot read the keyring {}: {}; install it (for Debian's: the package debian-archive-keyring) or "
        "name another one in config.yaml below upstreams, keyrings",
        path, error.message());
  TRY(const Dir folder, Dir::open(real.parent_path().string()));
  return folder.read_file(real.filename().string(), keyring_limit_bytes);
}

// Puts the binary keyring where gpgv can read exactly these bytes.
Result<Keyring> prepared(const FetchContext& context, std::string_view bytes, std::string name) {
  const Digest digest = Digest::of(bytes);
  const std::string path = fmt::format("keyrings/{}.gpg", digest.hex());
  TRY(const bool exists, context.store.cache().exists(path));
  if (!exists) TRY_STATUS(context.store.cache().write_file(path, bytes));
  const auto absolute = std::filesystem::absolute(fmt::format("{}/{}", context.store.cache().path(), path));
  return Keyring{std::move(name), absolute.string(), digest};
}

// The pinned key when its URL does not answer: a server that is down does not change what we trust.
Result<Stored> pinned_key(const FetchContext& context, const std::string& url) {
  TRY(const auto pinned, pinned_digest(context.store, url));
  if (!pinned)
    return fail(ErrorKind::not_found,
                "cannot use the key {}: it was not fetched yet; run again without --offline",
                public_url(url));
  TRY(const std::string text, read_from_vault(context, *pinned, keyring_limit_bytes));
  return Stored{*pinned, text.size()};
}

}  // namespace

Result<Keyring> configured_keyring(const FetchContext& context, const Repository& repository) {
  const KeyringFile file = file_for(context.store.config().upstreams, repository.url);
  TRY(const std::string text, read_host_file(file.path));
  TRY(const std::string bytes, unarmoured(text, file.path));
  TRY(Keyring keyring, prepared(context, bytes, file.path));
  keyring.is_default = file.is_default;
  return keyring;
}

Result<Stored> first_use_key(const FetchContext& context, const std::string& url) {
  if (context.options.offline) return pinned_key(context, url);
  const std::string target = request_url(context.store.config().upstreams, url);
  const auto text = fetch_text(context, target, keyring_limit_bytes);
  if (!text && text.error().kind == ErrorKind::network) {
    const auto known = pinned_key(context, url);
    if (known) return known;
  }
  if (!text) return std::unexpected(text.error());
  TRY(const Stored stored, keep_in_vault(context, *text));
  TRY_STATUS(pin_digest(context.store, url, stored.digest));
  return stored;
}

Result<Keyring> first_use_keyring(const FetchContext& context, const std::vector<std::string>& urls) {
  std::string keys;
  std::string names;
  std::vector<LockedFile> files;
  for (const std::string& url : urls) {
    TRY(const Stored stored, first_use_key(context, url));
    TRY(const std::string text, read_from_vault(context, stored.digest, keyring_limit_bytes));
    const std::string name = public_url(url);
    TRY(const std::string bytes, unarmoured(text, name));
    keys += bytes;
    files.push_back({name, stored.digest, stored.size_bytes});
    names += (names.empty() ? "" : ", ") + name;
  }
  TRY(Keyring keyring, prepared(context, keys, names));
  keyring.first_use_keys = std::move(files);
  return keyring;
}

}  // namespace hauberk
