// SPDX-License-Identifier: Apache-2.0
#include "cli/rotate_keys.h"

#include <algorithm>

#include "cli/key_groups.h"
#include "cli/usual_trust.h"
#include "keys/protect.h"
#include "signer/next_key.h"
#include "trust/trust_change.h"

namespace hauberk {
namespace {

bool is_named_in(const TrustDocument& document, const PublicKey& key) {
  const auto is_it = [&](const TrustedKey& entry) { return entry.key == key; };
  return std::ranges::find(document.roots, key) != document.roots.end() ||
         std::ranges::any_of(document.keys, is_it);
}

// A key that the new one shares its passphrase with, and that stays as it is.
Status check_agrees(const Store& store, const KeyGroup& group, const Secret& passphrase) {
  const KeyFolder folder(store);
  for (const KeyName other : {KeyName::build, KeyName::log}) {
    if (group.names.front() != KeyName::build && group.names.front() != KeyName::log) continue;
    if (std::ranges::find(group.names, other) != group.names.end()) continue;
    TRY(const bool is_here, folder.has_private(other));
    if (!is_here) continue;
    const auto opened = folder.open({other}, passphrase);
    if (opened || opened.error().kind != ErrorKind::verification_failed) continue;
    return fail(
        ErrorKind::conflict,
        "cannot take the passphrase: it does not open the {} key, and `hauberk signer` opens both with "
        "one; give that one, or change both: hauberk trust rotate build log",
        name_of(other));
  }
  return {};
}

class Rotator {
 public:
  Rotator(TrustEdit edit, const RotateOptions& options)
      : edit_(std::move(edit)), options_(options), passphrases_(options.root.fd()) {}

  // What an interrupted run left to do: its keys are believed, and not yet in their places.
  Result<std::optional<Rotation>> finish_earlier() {
    for (const KeyName name : all_key_names) {
      const NextKey next(edit_.store(), name);
      TRY(const auto key, next.waiting());
      if (!key || !is_named_in(edit_.document(), *key)) continue;
      TRY_STATUS(next.put_in_place());
      const TrustedKey* const entry = newest_of(edit_.document(), name_of(name));
      rotated_.push_back({name, entry == nullptr ? std::string(name_of(name)) : entry->name, *key});
    }
    if (rotated_.empty()) return std::nullopt;
    TRY(Trust trust, TrustFile(edit_.store()).need());
    return Rotation{std::move(trust), std::move(rotated_), true};
  }

  Result<Rotation> keys(const std::vector<KeyName>& names) {
    TRY_STATUS(edit_.open_root());
    TRY_STATUS(protect_process());
    TrustDocument document = edit_.document();
    for (const KeyGroup& group : key_groups(names)) {
      TRY(const Secret passphrase, passphrases_.ask(group, PassphraseUse::chosen));
      TRY_STATUS(check_agrees(edit_.store(), group, passphrase));
      for (const KeyName name : group.names) {
        TRY(const PrivateKey key, make(name, passphrase));
        TRY(document, succeed(std::move(document), name, key.public_key()));
      }
    }
    return end(edit_.commit(std::move(document)));
  }

  Result<Rotation> root() {
    if (!options_.root_is_lost) TRY_STATUS(edit_.open_root());
    TRY_STATUS(protect_process());
    const KeyGroup group = key_groups({KeyName::root}).front();
    TRY(const Secret passphrase, passphrases_.ask(group, PassphraseUse::chosen));
    TRY(const PrivateKey key, make(KeyName::root, passphrase));
    rotated_.push_back({KeyName::root, "root", key.public_key(), "root"});
    return end(options_.root_is_lost ? start_anew(key) : hand_over(key));
  }

 private:
  Result<PrivateKey> make(KeyName name, const Secret& passphrase) const {
    TRY(PrivateKey key, PrivateKey::generate(usual_kind(name)));
    TRY_STATUS(NextKey(edit_.store(), name).keep(key, passphrase));
    return key;
  }

  Result<TrustDocument> succeed(TrustDocument document, KeyName name, const PublicKey& key) {
    const TrustedKey* const old = newest_of(document, name_of(name));
    const std::string old_called = old == nullptr ? std::string() : old->name;
    TRY(document, old == nullptr
                      ? with_key(std::move(document), usual_entry(name, key, options_.now))
                      : with_successor(std::move(document), key,
                                       {name_of(name), options_.now, options_.now + options_.grace}));
    RotatedKey rotated{name, newest_of(document, name_of(name))->name, key, old_called};
    const auto before = std::ranges::find(document.keys, old_called, &TrustedKey::name);
    if (before != document.keys.end()) {
      rotated.old_end = before->to;
      rotated.old_is_revoked = before->revoked.has_value();
    }
    rotated_.push_back(std::move(rotated));
    return document;
  }

  Result<Trust> hand_over(const PrivateKey& key) {
    TRY(const PublicKey old, edit_.root());
    TRY(TrustDocument document, with_root(edit_.document(), old, key.public_key()));
    TRY(Envelope envelope, edit_.sign(std::move(document)));
    TRY(std::string signature, key.sign(pae(envelope.payload_type, envelope.payload)));
    envelope.signatures.push_back({key.public_key().fingerprint(), std::move(signature)});
    return TrustFile(edit_.store()).accept(text_of(envelope));
  }

  Result<Trust> start_anew(const PrivateKey& key) {
    const TrustFile file(edit_.store());
    TrustDocument document = edit_.document();
    document.roots = {key.public_key()};
    TRY(document.number, file.next_number());
    TRY(const Envelope envelope, signed_by(document, key));
    return file.accept(text_of(envelope),
                       {.root_fingerprint = key.public_key().fingerprint(), .replace = true});
  }

  Result<Rotation> end(Result<Trust> trust) {
    if (!trust) return std::unexpected(std::move(trust).error());
    for (const RotatedKey& rotated : rotated_) {
      TRY_STATUS(NextKey(edit_.store(), rotated.name).put_in_place());
    }
    return Rotation{*std::move(trust), std::move(rotated_)};
  }

  TrustEdit edit_;
  const RotateOptions& options_;
  GroupPassphrases passphrases_;
  std::vector<RotatedKey> rotated_;
};

}  // namespace

Result<Rotation> rotate_keys(const Session& session, const std::vector<KeyName>& names,
                             const RotateOptions& options) {
  TRY(TrustEdit edit, TrustEdit::open(session, options.root));
  Rotator rotator(std::move(edit), options);
  TRY(auto earlier, rotator.finish_earlier());
  if (earlier) return *std::move(earlier);
  return rotator.keys(names);
}

Result<Rotation> rotate_root(const Session& session, const RotateOptions& options) {
  TRY(TrustEdit edit, TrustEdit::open(session, options.root));
  Rotator rotator(std::move(edit), options);
  TRY(auto earlier, rotator.finish_earlier());
  if (earlier) return *std::move(earlier);
  return rotator.root();
}

}  // namespace hauberk
