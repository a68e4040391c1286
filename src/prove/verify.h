// Verify: what is proved of an image, by whom, and what is not.
//
// All evidence of the image is opened, wherever it lies; what a key that we trust has signed, for this
// repository, of this type, at this time, about exactly this digest, is proved. All else is listed with the
// reason why it does not count, and never called verified. The rule of the policy then says what must be
// there. Spec: DESIGN section 6. Thread rule: functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "attest/evidence.h"
#include "attest/verified.h"
#include "base/json.h"
#include "base/time.h"
#include "oci/referrers.h"
#include "trust/policy.h"
#include "trust/trust.h"

namespace hauberk {

// Whom to believe. Keys that the user names, and the store's own, are believed for everything; those of
// trust.json for what it says.
struct Believed {
  std::vector<PublicKey> keys = {};  // a policy names them by their fingerprints
  const Trust* trust = nullptr;
  std::optional<PublicKey> own = {};  // of the store, where it has no trust.json; a policy's "build"
};

// The image: an index with its manifests, or one manifest.
struct ImageToVerify {
  std::string repository;  // Reference::name(): what rules and keys are matched with
  Descriptor root;
  std::vector<Descriptor> manifests;  // of the platforms; empty where the root is a manifest itself
  std::optional<Index> index = {};
};

struct Proved {
  Digest subject;
  std::string platform;  // "linux/amd64"; empty for the index
  EvidenceForm form;
  std::string predicate_type;
  std::string signer;  // its name in trust.json, else "the key that you named", "this store's build key"
  std::string fingerprint;  // of its key
  std::string said_at;  // RFC 3339, as the statement itself says; empty: it does not
};

// Something that does not count, or is not there.
struct NotProved {
  Digest subject;
  std::string platform;
  std::string what;  // a predicate type, or the form of the evidence
  std::string why;
};

struct Verification {
  std::vector<Proved> proved;
  std::vector<NotProved> missing;  // asked for, and not proved
  std::vector<NotProved> ignored;  // found, and of no value: of others' keys, damaged, lying

  bool passes() const { return missing.empty(); }
};

// An error only where nobody can tell: io, network, limit_exceeded; invalid_input: the policy names a key
// that nothing here knows. `also` are types asked for beside the rule's.
Result<Verification> verify_image(const EvidenceSource& source, const ImageToVerify& image,
                                  const Believed& believed, const Policy& policy,
                                  const std::vector<std::string>& also, Time now);

// What the image's root is proved to be, of this type: the newest statement's predicate. verification_failed:
// none counts; as verify_image().
Result<Json> proved_predicate(const EvidenceSource& source, const ImageToVerify& image,
                              const Believed& believed, std::string_view predicate_type, Time now);

// For people: ends with a plain answer. And for programs.
std::string text_of(const Verification& verification, const std::string& name);
Json json_of(const Verification& verification);

// When the predicate itself says that it was made; none where it does not.
std::optional<Time> time_of_predicate(std::string_view predicate_type, const Json& predicate);

// Empty: the predicate has this outcome. Else why not. Outcomes as outcome_names() lists them.
std::string failed_outcome(std::string_view predicate_type, const Json& predicate, std::string_view outcome);

}  // namespace hauberk
