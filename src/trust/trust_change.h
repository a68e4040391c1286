// Changes of a trust document, as values: what the verbs of `hauberk trust` do before the root signs.
//
// Each gives the document with everything else as it was; its number is the caller's to set. A key is asked
// for by its name or its fingerprint. The keys of one purpose follow each other under the names "build",
// "build-2", "build-3". Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "trust/trust.h"

namespace hauberk {

// conflict: the name or the key is there already, or the key is a root, which shall sign nothing else.
Result<TrustDocument> with_key(TrustDocument document, TrustedKey added);

// What shall be otherwise; the rest stays.
struct KeyChange {
  std::optional<std::vector<std::string>> predicates = {}, repositories = {}, builders = {};
  std::optional<std::string> to = {};  // RFC 3339; empty: no end
};

// not_found names the keys that there are.
Result<TrustDocument> with_change(TrustDocument document, std::string_view key, const KeyChange& change);

// As with_change(); conflict: it is revoked already.
Result<TrustDocument> with_revoked(TrustDocument document, std::string_view key, Revocation revocation);

// `next` takes over from the newest key named `family` ("build"), with the same rights, from now on. Those
// before it end at `end`, if they do not end sooner. not_found: there is none; as with_key().
struct Succession {
  std::string_view family;
  Time now, end;
};
Result<TrustDocument> with_successor(TrustDocument document, PublicKey next, const Succession& how);

// `next` in place of the root `old`, which must be one.
Result<TrustDocument> with_root(TrustDocument document, const PublicKey& old, PublicKey next);

// The newest key of this purpose, or null: "build-3" for "build".
const TrustedKey* newest_of(const TrustDocument& document, std::string_view family);

}  // namespace hauberk
