// SPDX-License-Identifier: Apache-2.0
#include "fetch/pins.h"

#include "base/json.h"
#include "io/http.h"

namespace hauberk {
namespace {

constexpr int pin_version = 1;
constexpr int lock_timeout_ms = 30'000;

std::string pin_path(const std::string& url) { return fmt::format("pins/{}.json", Digest::of(url).hex()); }

Result<Digest> parse_pin(std::string_view text, const std::string& path) {
  TRY(const Json pin, parse_json(text));
  TRY(const std::uint64_t version, json_size(pin, "version", path));
  if (version != pin_version)
    return fail(ErrorKind::unsupported, "cannot read {}: it is of version {}, this program knows {}", path,
                version, pin_version);
  TRY(const std::string hex, json_string(pin, "sha256", path));
  return Digest::of_hex(Digest::Algorithm::sha256, hex);
}

}  // namespace

Result<std::optional<Digest>> pinned_digest(const Store& store, const std::string& url) {
  const std::string path = pin_path(url);
  const auto text = store.dir().read_file(path, 4096);
  if (!text && text.error().kind == ErrorKind::not_found) return std::nullopt;
  if (!text) return std::unexpected(text.error());
  auto digest = parse_pin(*text, path);
  if (!digest) return wrap(digest.error(), fmt::format("cannot read {}/{}", store.path(), path));
  return std::optional(*digest);
}

Status pin_digest(const Store& store, const std::string& url, const Digest& digest) {
  TRY_STATUS(store.dir().make_dirs("pins"));
  TRY(const FileLock lock, FileLock::acquire(store.dir(), "pins/lock", true, lock_timeout_ms));
  TRY(const auto known, pinned_digest(store, url));
  if (known == digest) return {};
  if (known)
    return fail(ErrorKind::conflict,
                "cannot trust {}: it was {} when it was first used and is {} now; if its owner announced the "
                "change, remove {}/{} and try again",
                public_url(url), known->text(), digest.text(), store.path(), pin_path(url));
  const Json pin = {{"version", pin_version}, {"url", public_url(url)}, {"sha256", digest.hex()}};
  return store.dir().write_file(pin_path(url), pretty_json(pin));
}

}  // namespace hauberk
