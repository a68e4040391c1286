// SPDX-License-Identifier: Apache-2.0
#include "signer/key_folder.h"

#include "io/named_file.h"
#include "keys/key_file.h"
#include "keys/pem.h"

namespace hauberk {
namespace {

constexpr std::array<std::string_view, all_key_names.size()> names = {"build", "approval", "log", "root"};
constexpr int lock_timeout_ms = 10'000;

std::string private_file(KeyName name) { return fmt::format("keys/{}.key", name_of(name)); }
std::string public_file(KeyName name) { return fmt::format("keys/{}.pub", name_of(name)); }

}  // namespace

std::string_view name_of(KeyName name) { return names[static_cast<std::size_t>(name)]; }

Result<KeyName> parse_key_name(std::string_view text) {
  for (const KeyName name : all_key_names) {
    if (name_of(name) == text) return name;
  }
  return fail(ErrorKind::invalid_input,
              "there is no key named \"{}\": they are build, approval, log and root", text);
}

Result<NeededKey> parse_needed_key(std::string_view text) {
  const auto equals = text.find('=');
  TRY(const KeyName name, parse_key_name(text.substr(0, equals)));
  if (equals == text.npos) return NeededKey{name};
  if (equals + 1 == text.size()) {
    return fail(ErrorKind::invalid_input,
                "there is no file in \"{}\": write it like root=/media/stick/root.key", text);
  }
  return NeededKey{name, std::string(text.substr(equals + 1))};
}

std::string KeyFolder::path_of(KeyName name) const {
  return fmt::format("{}/{}", dir_.path(), private_file(name));
}

Result<bool> KeyFolder::has_private(KeyName name) const { return dir_.exists(private_file(name)); }
Result<bool> KeyFolder::has_public(KeyName name) const { return dir_.exists(public_file(name)); }

Result<PublicKey> KeyFolder::public_key(KeyName name) const {
  const std::string file = public_file(name);
  auto text = dir_.read_file(file, most_pem_bytes);
  if (!text && text.error().kind == ErrorKind::not_found) {
    return fail(ErrorKind::not_found, "there is no {} key in {}; make it with `hauberk keygen --name {}`",
                name_of(name), dir_.path(), name_of(name));
  }
  if (!text) return std::unexpected(std::move(text).error());
  auto key = PublicKey::parse_pem(*text);
  if (!key) return wrap(std::move(key).error(), fmt::format("{}/{}", dir_.path(), file));
  return key;
}

Result<PrivateKey> KeyFolder::open(const NeededKey& needed, const Secret& passphrase) const {
  const KeyName name = needed.name;
  const std::string path = path_of(needed);
  auto text = needed.file.empty() ? dir_.read_file(private_file(name), most_pem_bytes)
                                  : read_named_file(needed.file, most_pem_bytes);
  if (!text && text.error().kind == ErrorKind::not_found) {
    return fail(ErrorKind::not_found,
                "there is no {}; make it with `hauberk keygen --name {}`, or bring it back", path,
                name_of(name));
  }
  if (!text) return std::unexpected(std::move(text).error());
  auto key = decrypt_key(*text, passphrase);
  if (!key) return wrap(std::move(key).error(), path);
  if (!needed.file.empty()) return key;
  const auto beside = public_key(name);
  if (beside && *beside != key->public_key()) {
    return fail(ErrorKind::conflict, "cannot use {}: {} beside it is another key's; one of them is not yours",
                path, public_file(name));
  }
  return key;
}

Status KeyFolder::add(KeyName name, const PrivateKey& key, const Secret& passphrase) const {
  TRY(const std::string text, encrypt_key(key, passphrase));
  TRY_STATUS(dir_.make_dirs("keys"));
  TRY(const FileLock lock, FileLock::acquire(dir_, "keys/lock", true, lock_timeout_ms));
  for (const std::string& file : {private_file(name), public_file(name)}) {
    TRY(const bool is_there, dir_.exists(file));
    if (is_there)
      return fail(ErrorKind::conflict, "cannot make {}/{}: it is there already", dir_.path(), file);
  }
  TRY_STATUS(dir_.write_file(private_file(name), text));
  return dir_.write_file(public_file(name), key.public_key().pem());
}

Status KeyFolder::restore_public(KeyName name, const PrivateKey& key) const {
  return dir_.write_file(public_file(name), key.public_key().pem());
}

}  // namespace hauberk
