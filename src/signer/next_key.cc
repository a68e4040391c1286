// SPDX-License-Identifier: Apache-2.0
#include "signer/next_key.h"

#include "keys/key_file.h"
#include "keys/pem.h"

namespace hauberk {
namespace {

constexpr int lock_timeout_ms = 10'000;

Result<FileLock> lock_keys(const Dir& dir) {
  return FileLock::acquire(dir, "keys/lock", true, lock_timeout_ms);
}

}  // namespace

std::string NextKey::file(std::string_view ending) const {
  return fmt::format("keys/{}{}", name_of(name_), ending);
}

Result<std::optional<PublicKey>> NextKey::waiting() const {
  TRY(const bool has_private, dir_.exists(file(".next.key")));
  TRY(const bool has_public, dir_.exists(file(".next.pub")));
  if (!has_private || !has_public) return std::nullopt;
  TRY(const std::string text, dir_.read_file(file(".next.pub"), most_pem_bytes));
  auto key = PublicKey::parse_pem(text);
  if (!key) return wrap(std::move(key).error(), fmt::format("{}/{}", dir_.path(), file(".next.pub")));
  return *std::move(key);
}

// The public half goes first and comes last: where both are, they belong together.
Status NextKey::keep(const PrivateKey& key, const Secret& passphrase) const {
  TRY(const std::string sealed, encrypt_key(key, passphrase));
  TRY_STATUS(dir_.make_dirs("keys"));
  TRY(const FileLock lock, lock_keys(dir_));
  TRY_STATUS(dir_.remove(file(".next.pub")));
  TRY_STATUS(dir_.write_file(file(".next.key"), sealed));
  return dir_.write_file(file(".next.pub"), key.public_key().pem());
}

Status NextKey::put_in_place() const {
  TRY(const FileLock lock, lock_keys(dir_));
  TRY(const std::string sealed, dir_.read_file(file(".next.key"), most_pem_bytes));
  TRY(const std::string pem, dir_.read_file(file(".next.pub"), most_pem_bytes));
  TRY_STATUS(dir_.write_file(file(".key"), sealed));
  TRY_STATUS(dir_.write_file(file(".pub"), pem));
  TRY_STATUS(dir_.remove(file(".next.pub")));
  return dir_.remove(file(".next.key"));
}

}  // namespace hauberk
