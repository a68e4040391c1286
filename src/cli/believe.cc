// SPDX-License-Identifier: Apache-2.0
#include "cli/believe.h"

#include "io/named_file.h"
#include "signer/key_folder.h"
#include "trust/trust_file.h"

namespace hauberk {

Status Believe::named(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    TRY(const std::string text, read_named_file(file, 64 << 10));
    auto key = PublicKey::parse_pem(text);
    if (!key) return wrap(key.error(), fmt::format("cannot use the key {}", file));
    believed_.keys.push_back(*std::move(key));
  }
  return {};
}

Status Believe::of_store(const Store& store) {
  TRY(trust_, TrustFile(store).load());
  if (trust_) {
    believed_.trust = &*trust_;
    return {};
  }
  auto own = KeyFolder(store).public_key(KeyName::build);
  if (!own) {
    return fail(
        ErrorKind::not_found,
        "cannot verify: there is no key to believe; name one with --key FILE, or take a trust.json with "
        "`hauberk trust add`");
  }
  believed_.own = *std::move(own);
  return {};
}

}  // namespace hauberk
