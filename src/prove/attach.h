// Evidence made and kept: statements are signed, wrapped, stored, and listed beside their subject.
//
// Nothing is said twice: a statement whose lasting part (prove/predicates.h) is stated already by the same
// key stays as it is, and costs no signature; another one of the same type takes the place of the one before.
// Where times count, all of it is its lasting part. The signature is also kept in cosign's older form
// (".sig"), and what older programs look for (SBOMs, provenance, VEX) as ".att": the same envelopes, signed
// once. Blobs first, then one transaction. Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "attest/statement.h"
#include "base/time.h"
#include "history/evidence.h"
#include "oci/manifest.h"
#include "oci/reference.h"
#include "signer/signer.h"
#include "store/store.h"

namespace hauberk {

struct SubjectStatements {
  Descriptor subject;
  std::vector<Statement> statements;
  std::string inputs_key = {};  // of what they were made from (EvidenceRow); empty: not known
  std::vector<std::string> withdrawn = {};  // predicate types that this key has nothing to say of any more
};

struct AttachOptions {
  Reference repository;  // of the image, as the older signature names it
  KeyName key = KeyName::build;
  Time now = {};
  bool times_count = false;  // what says the same at another time is another statement: a person's new scan
};

struct Attached {
  std::size_t added = 0;  // statements that were signed now
  std::size_t kept = 0;  // that were there already
  std::size_t left_out = 0;  // of what others signed in the older forms: more than goes along

  friend bool operator==(const Attached&, const Attached&) = default;
};

// For people, where something was left out; else empty.
std::string warning_of(const Attached& attached);

// Called only when there is something to sign: a passphrase may be asked for.
using GetSigner = std::function<Result<Signer*>()>;

// As Signer's functions; io. conflict: the signer holds another key than keys/NAME.pub. Either all of it is
// listed, or what was before.
Result<Attached> attach_evidence(Store& store, EvidenceTable& table, const GetSigner& signer,
                                 const std::vector<SubjectStatements>& subjects,
                                 const AttachOptions& options);

// What names the content of a statement, without times.
std::string content_key(const Statement& statement);

}  // namespace hauberk
