// SPDX-License-Identifier: Apache-2.0
#include "keys/key_file.h"

#include "keys/pem.h"
#include "keys/sealed.h"

namespace hauberk {
namespace {

constexpr std::string_view what = "a private key's file";
constexpr std::string_view label = "ENCRYPTED SIGSTORE PRIVATE KEY";
constexpr std::string_view older_label = "ENCRYPTED COSIGN PRIVATE KEY";

std::unexpected<Error> other_block(std::string_view found) {
  if (found == "PUBLIC KEY") {
    return fail(ErrorKind::invalid_input, "cannot read {}: this is a public key; give the .key file", what);
  }
  return fail(
      ErrorKind::unsupported,
      "cannot read {}: it is a PEM block \"{}\"; only cosign's encrypted form is taken; bring it there with: "
      "cosign import-key-pair --key FILE",
      what, found);
}

}  // namespace

Result<std::string> encrypt_key(const PrivateKey& key, const Secret& passphrase, const ScryptCost& cost) {
  TRY(const Secret der, key.pkcs8());
  TRY(const Sealed sealed, seal(der.view(), passphrase, cost));
  return pem_text(label, text_of(sealed));
}

Result<PrivateKey> decrypt_key(std::string_view text, const Secret& passphrase) {
  TRY(const PemBlock block, parse_pem_block(text, what));
  if (block.label != label && block.label != older_label) return other_block(block.label);
  TRY(const Sealed sealed, parse_sealed(block.bytes));
  TRY(const Secret der, unseal(sealed, passphrase));
  return PrivateKey::parse_pkcs8(der);
}

}  // namespace hauberk
