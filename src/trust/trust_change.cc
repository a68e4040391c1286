// SPDX-License-Identifier: Apache-2.0
#include "trust/trust_change.h"

#include <algorithm>

namespace hauberk {
namespace {

Result<TrustedKey*> find(TrustDocument& document, std::string_view key) {
  for (TrustedKey& entry : document.keys) {
    if (entry.name == key || entry.key.fingerprint() == key) return &entry;
  }
  std::vector<std::string_view> names;
  for (const TrustedKey& entry : document.keys) names.push_back(entry.name);
  return fail(ErrorKind::not_found, "there is no key \"{}\" in trust.json; its keys are: {}", key,
              fmt::join(names, ", "));
}

bool is_root(const TrustDocument& document, const PublicKey& key) {
  return std::ranges::find(document.roots, key) != document.roots.end();
}

std::string next_name(const TrustDocument& document, std::string_view family) {
  std::uint64_t highest = 0;
  for (const TrustedKey& entry : document.keys) {
    highest = std::max(highest, place_in_family(entry.name, family).value_or(0));
  }
  return highest == 0 ? std::string(family) : fmt::format("{}-{}", family, highest + 1);
}

}  // namespace

Result<TrustDocument> with_key(TrustDocument document, TrustedKey added) {
  if (is_root(document, added.key)) {
    return fail(ErrorKind::conflict,
                "cannot add the key \"{}\": it is the root key, which shall sign nothing else", added.name);
  }
  for (const TrustedKey& entry : document.keys) {
    if (entry.name == added.name) {
      return fail(ErrorKind::conflict, "cannot add the key \"{}\": there is one of this name; take another",
                  added.name);
    }
    if (entry.key == added.key) {
      return fail(ErrorKind::conflict, "cannot add the key \"{}\": it is there already, as \"{}\"",
                  added.name, entry.name);
    }
  }
  document.keys.push_back(std::move(added));
  std::ranges::sort(document.keys, {}, &TrustedKey::name);
  return document;
}

Result<TrustDocument> with_change(TrustDocument document, std::string_view key, const KeyChange& change) {
  TRY(TrustedKey * entry, find(document, key));
  if (change.predicates) entry->predicates = *change.predicates;
  if (change.repositories) entry->repositories = *change.repositories;
  if (change.builders) entry->builders = *change.builders;
  if (change.to) entry->to = *change.to;
  return document;
}

Result<TrustDocument> with_revoked(TrustDocument document, std::string_view key, Revocation revocation) {
  TRY(TrustedKey * entry, find(document, key));
  if (entry->revoked) {
    return fail(ErrorKind::conflict, "cannot revoke the key \"{}\": it was revoked at {}: {}", entry->name,
                entry->revoked->at, entry->revoked->reason);
  }
  entry->revoked = std::move(revocation);
  return document;
}

Result<TrustDocument> with_successor(TrustDocument document, PublicKey next, const Succession& how) {
  const TrustedKey* const newest = newest_of(document, how.family);
  if (newest == nullptr) {
    return fail(ErrorKind::not_found, "there is no {} key in trust.json", how.family);
  }
  TrustedKey added = *newest;
  added.name = next_name(document, how.family);
  added.key = std::move(next);
  added.from = to_rfc3339(how.now);
  added.to.clear();
  added.revoked.reset();
  const std::string end = to_rfc3339(how.end);
  for (TrustedKey& entry : document.keys) {
    if (!place_in_family(entry.name, how.family)) continue;
    if (entry.to.empty() || entry.to > end) entry.to = end;
  }
  return with_key(std::move(document), std::move(added));
}

Result<TrustDocument> with_root(TrustDocument document, const PublicKey& old, PublicKey next) {
  const auto at = std::ranges::find(document.roots, old);
  if (at == document.roots.end()) {
    return fail(ErrorKind::not_found, "the key {} is no root of trust.json", old.fingerprint());
  }
  *at = std::move(next);
  return document;
}

const TrustedKey* newest_of(const TrustDocument& document, std::string_view family) {
  const TrustedKey* newest = nullptr;
  std::uint64_t highest = 0;
  for (const TrustedKey& entry : document.keys) {
    const std::uint64_t place = place_in_family(entry.name, family).value_or(0);
    if (place <= highest) continue;
    highest = place;
    newest = &entry;
  }
  return newest;
}

}  // namespace hauberk
