// SPDX-License-Identifier: Apache-2.0
#include "cli/usual_trust.h"

#include "attest/predicate.h"
#include "signer/rights.h"
#include "trust/trust_change.h"

namespace hauberk {
namespace {

// Decisions, of which no image carries evidence: so they have no name among those of evidence.
constexpr std::array<std::string_view, 3> decisions = {
    "urn:x-hauberk:exception:v1", "urn:x-hauberk:rollback:v1", "https://slsa.dev/verification_summary/v1"};

std::vector<std::string> usual_predicates(KeyName name) {
  if (name == KeyName::log) return {std::string(log_checkpoint)};
  std::vector<std::string> types;
  const auto add = [&](std::string_view type) {
    if (may_sign(name, type)) types.emplace_back(type);
  };
  for (const PredicateName& known : predicate_names()) add(known.type);
  for (const std::string_view type : decisions) add(type);
  return types;
}

}  // namespace

TrustedKey usual_entry(KeyName name, PublicKey key, Time now) {
  TrustedKey entry{std::string(name_of(name)), std::move(key), usual_predicates(name), {"*"}, {}, {}, {}, {}};
  if (name == KeyName::build) entry.builders = {std::string(local_builder)};
  entry.from = to_rfc3339(now);
  return entry;
}

Result<Envelope> signed_by(const TrustDocument& document, const PrivateKey& root) {
  std::string payload = text_of(document);
  TRY(std::string signature, root.sign(pae(trust_payload_type, payload)));
  return Envelope{std::string(trust_payload_type),
                  std::move(payload),
                  {{root.public_key().fingerprint(), std::move(signature)}}};
}

Result<Trust> make_first_trust(const Store& store, const PrivateKey& root, Time now) {
  const TrustFile file(store);
  const KeyFolder folder(store);
  TrustDocument document{0, {root.public_key()}, {}};
  TRY(document.number, file.next_number());
  for (const KeyName name : {KeyName::build, KeyName::approval, KeyName::log}) {
    TRY(const bool is_here, folder.has_public(name));
    if (!is_here) continue;
    TRY(PublicKey key, folder.public_key(name));
    TRY(document, with_key(std::move(document), usual_entry(name, std::move(key), now)));
  }
  TRY(const Envelope envelope, signed_by(document, root));
  return file.accept(text_of(envelope), {.root_fingerprint = root.public_key().fingerprint()});
}

}  // namespace hauberk
