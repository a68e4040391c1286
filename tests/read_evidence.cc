// read_evidence REPOSITORY SUBJECT PUBLIC_KEY: all evidence of an image in a registry, and for each piece
// whether the key signed it about this image, as JSON. The type that a statement is held against is the one
// that it is found under, so that this says what the formats hold, and nothing of whom to trust.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "attest/evidence.h"
#include "attest/verified.h"
#include "io/named_file.h"
#include "keys/pem.h"
#include "publish/registry_evidence.h"

namespace hauberk {
namespace {

// The type that the evidence is found under, or where nobody says (cosign's bundles of images in some
// versions), the one that the statement itself has.
std::string type_of(const Evidence& evidence, const Envelope& envelope) {
  if (!evidence.claimed_type.empty()) return evidence.claimed_type;
  const auto statement = parse_statement(envelope.payload);
  return statement ? statement->predicate_type : "";
}

// What makes it no proof; empty where it is one. `type` becomes what was proved.
std::string fault_of(const Evidence& evidence, const PublicKey& key, const Digest& subject,
                     std::string& type) {
  if (const Envelope* envelope = evidence.envelope()) {
    type = type_of(evidence, *envelope);
    const auto verified = verify_statement(*envelope, key, subject, type);
    return verified ? "" : verified.error().message;
  }
  if (const auto* old = std::get_if<OldSignature>(&evidence.content)) {
    const auto verified = verify_simple_signing(old->payload, old->signature, key, subject);
    return verified ? "" : verified.error().message;
  }
  return "nobody signed it";
}

Status run(char** argv) {
  TRY(const Reference reference, registry_reference(argv[1]));
  TRY(RegistryAddress address, RegistryAddress::of(reference));
  TRY(const Digest subject, Digest::parse(argv[2]));
  TRY(const std::string pem, read_named_file(argv[3], most_pem_bytes));
  TRY(const PublicKey key, PublicKey::parse_pem(pem));
  RegistryOptions options;
  options.http.egress = egress_for(options.http.egress, address);
  TRY(const auto registry, RegistryClient::open(std::move(address), std::move(options)));
  TRY(const FoundEvidence found, read_evidence(RegistryEvidence(*registry), subject));
  Json rows = Json::array();
  for (const Evidence& evidence : found.evidence) {
    std::string type = evidence.claimed_type;
    const std::string fault = fault_of(evidence, key, subject, type);
    rows.push_back({{"form", name_of(evidence.form)}, {"type", type}, {"fault", fault}});
  }
  for (const EvidenceFault& fault : found.faults) {
    rows.push_back({{"form", name_of(fault.form)}, {"type", ""}, {"fault", fault.error.message}});
  }
  std::fputs(pretty_json(rows).c_str(), stdout);
  return {};
}

}  // namespace
}  // namespace hauberk

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto status = hauberk::run(argv);
  if (!status) std::fprintf(stderr, "%s\n", status.error().message.c_str());
  return status ? 0 : 1;
}
