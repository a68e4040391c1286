// SPDX-License-Identifier: Apache-2.0
#include "cli/trust_edit.h"

#include <algorithm>

#include "io/named_file.h"
#include "keys/pem.h"

namespace hauberk {
namespace {

// Always by its file, so that a signer which runs is not asked for a key that it should not hold.
Result<std::string> root_file(const Store& store, const RootOptions& options) {
  if (!options.file.empty()) {
    // Sealed as it is; seen here, before a passphrase is asked for in vain.
    TRY_STATUS(read_named_file(options.file, most_pem_bytes));
    return options.file;
  }
  const KeyFolder folder(store);
  TRY(const bool is_here, folder.has_private(KeyName::root));
  if (is_here) return folder.path_of(KeyName::root);
  return fail(
      ErrorKind::not_found,
      "cannot change trust.json: the root key, which must sign it, is not in {}/keys, and should not be; "
      "say where it is with --root-key FILE",
      store.path());
}

}  // namespace

Result<TrustEdit> TrustEdit::open(const Session& session, RootOptions options) {
  TRY(auto store, session.open_store());
  TRY(Trust trust, TrustFile(*store).need());
  return TrustEdit(std::move(store), std::move(trust), std::move(options));
}

Status TrustEdit::open_root() {
  if (signer_) return {};
  TRY(const std::string file, root_file(*store_, options_));
  TRY(Signer signer,
      Signer::connect(*store_, {.keys = {{KeyName::root, file}}, .passphrase_fd = options_.fd()}));
  TRY(const PublicKey root, signer.public_key(KeyName::root));
  if (std::ranges::find(document().roots, root) == document().roots.end()) {
    return fail(ErrorKind::verification_failed,
                "cannot change trust.json with {}: its key is {}, and the root of trust.json is {}", file,
                root.fingerprint(), document().roots.front().fingerprint());
  }
  signer_.emplace(std::move(signer));
  return {};
}

Result<Envelope> TrustEdit::sign(TrustDocument document) {
  TRY_STATUS(open_root());
  TRY(document.number, TrustFile(*store_).next_number());
  return signer_->sign_trust(text_of(document));
}

Result<Trust> TrustEdit::commit(TrustDocument document) {
  TRY(const Envelope envelope, sign(std::move(document)));
  return TrustFile(*store_).accept(text_of(envelope));
}

}  // namespace hauberk
