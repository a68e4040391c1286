// How the rest of the program has something signed: a client of the process that holds the keys.
//
// Where a signer runs (`hauberk signer`: $HAUBERK_SIGNER, else run/signer.sock in the store) and holds the
// keys, it is asked. Else one is started for as long as this object lives: our own program again, at the
// other end of a socket pair; it asks for the passphrase itself, so neither key nor passphrase is ever in
// this process. Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "attest/envelope.h"
#include "attest/statement.h"
#include "oci/reference.h"
#include "signer/key_folder.h"

namespace hauberk {

struct SignerOptions {
  std::vector<NeededKey> keys = {{KeyName::build}};  // that will be asked for
  std::optional<int> passphrase_fd = {};  // handed on unread to a signer that is started
  std::string program = "/proc/self/exe";  // what is started
};

struct SimpleSignature {
  std::string payload;  // what was signed, byte for byte
  std::string signature;  // bytes
};

class Signer {
 public:
  // To be called before anything is drawn on the terminal: a passphrase may be asked for there. not_found:
  // there is no such key (says how to make one), or no way to ask for the passphrase; verification_failed:
  // it is wrong.
  static Result<Signer> connect(const Store& store, const SignerOptions& options = {});

  // Over a connection to a signer that somebody else started.
  static Result<Signer> over(Fd connection);

  Signer(Signer&&) noexcept;
  Signer& operator=(Signer&&) noexcept;
  // Ends the signer if it was started for us.
  ~Signer();

  // not_found: this signer does not hold it.
  Result<PublicKey> public_key(KeyName name) const;

  // The statement's text as payload, signed. What comes back was verified with the public key. As
  // answer_to().
  Result<Envelope> sign_statement(KeyName key, const Statement& statement);

  // cosign's older form, for the image `digest` in the repository of `reference`.
  Result<SimpleSignature> sign_simple(KeyName key, const Digest& digest, const Reference& reference);

  // A trust document (trust/trust.h), by the root key.
  Result<Envelope> sign_trust(std::string document);

 private:
  class Session;
  explicit Signer(std::unique_ptr<Session> session);
  Result<Envelope> envelope_by(KeyName key, std::string payload_type, std::string payload,
                               std::string signature, std::string keyid) const;

  std::unique_ptr<Session> session_;
  std::map<KeyName, PublicKey> keys_;
};

// Where a signer is looked for: $HAUBERK_SIGNER, else run/signer.sock in the store.
std::string signer_socket_path(const Store& store);

}  // namespace hauberk
