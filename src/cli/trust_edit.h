// A change of this store's trust.json: composed, signed by the root key, kept.
//
// The root key is opened by a signer that is started for this (signer/signer.h), out of the file that the
// user names: it is kept away from the machine. Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cli/command.h"
#include "signer/signer.h"
#include "trust/trust_file.h"

namespace hauberk {

struct RootOptions {
  std::string file;  // of the root key; empty: keys/root.key of the store
  int passphrase_fd = -1;

  std::optional<int> fd() const { return passphrase_fd < 0 ? std::nullopt : std::optional(passphrase_fd); }
};

class TrustEdit {
 public:
  // Opens the store and what it trusts. As TrustFile::need().
  static Result<TrustEdit> open(const Session& session, RootOptions options);

  const Store& store() const { return *store_; }
  const TrustDocument& document() const { return trust_.document(); }

  // Opens the root key, if it is not open: its passphrase is asked for, before any other. not_found: it is
  // not in the store, and no file was named; verification_failed: also, it is no root of this trust.json.
  Status open_root();
  Result<PublicKey> root() const { return signer_->public_key(KeyName::root); }

  // The document with its number, signed: opens the root key.
  Result<Envelope> sign(TrustDocument document);

  // Signed and kept.
  Result<Trust> commit(TrustDocument document);

 private:
  TrustEdit(std::unique_ptr<Store> store, Trust trust, RootOptions options)
      : store_(std::move(store)), trust_(std::move(trust)), options_(std::move(options)) {}

  std::unique_ptr<Store> store_;
  Trust trust_;
  RootOptions options_;
  std::optional<Signer> signer_;
};

}  // namespace hauberk
