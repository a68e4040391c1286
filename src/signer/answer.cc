// SPDX-License-Identifier: Apache-2.0
#include "signer/answer.h"

#include "attest/envelope.h"
#include "attest/predicate.h"
#include "attest/simple_signing.h"
#include "attest/statement.h"
#include "signer/rights.h"
#include "trust/trust.h"

namespace hauberk {
namespace {

Result<const PrivateKey*> held(const KeyRing& keys, KeyName name) {
  const PrivateKey* const key = keys.find(name);
  if (key != nullptr) return key;
  return fail(ErrorKind::not_found,
              "this signer holds no {} key; start one that does: hauberk signer --key {}", name_of(name),
              name_of(name));
}

// What we did not read, somebody else may: a member that we ignore and he does not ("PredicateType" beside
// "predicateType", for a reader without regard to case) would be signed unseen. So only what we would have
// written ourselves is signed.
template <class Document>
Status check_is_canonical(const Document& document, std::string_view received) {
  if (text_of(document) == received) return {};
  return fail(
      ErrorKind::invalid_input,
      "cannot sign a document that is not in its canonical form: it holds members that are not known, "
      "or is written otherwise than hauberk writes it");
}

// It stands in the journal, and decides who may sign.
Status check_type(const std::string& predicate_type) {
  TRY(const std::string type, parse_predicate_type(predicate_type));
  if (type == predicate_type) return {};
  return fail(ErrorKind::invalid_input, "cannot sign a statement of the type \"{}\": it is no URI",
              predicate_type);
}

class Answerer {
 public:
  explicit Answerer(const KeyRing& keys) : keys_(keys) {}

  Result<Answered> operator()(const KeysRequest&) const {
    KeysAnswer answer;
    for (const auto& [name, key] : keys_.all()) answer.keys.emplace(name, key.public_key());
    return Answered{std::move(answer), {}};
  }

  Result<Answered> operator()(const StatementRequest& request) const {
    TRY(const Statement statement, parse_statement(request.statement));
    TRY_STATUS(check_is_canonical(statement, request.statement));
    TRY_STATUS(check_type(statement.predicate_type));
    TRY_STATUS(may_sign(request.key, statement.predicate_type));
    if (statement.subjects.empty()) {
      return fail(ErrorKind::invalid_input, "cannot sign a statement without a subject that has a digest");
    }
    return sign(request.key, pae(statement_payload_type, request.statement),
                fmt::format("{} of {}", short_name_of(statement.predicate_type),
                            statement.subjects.front().digest.text()));
  }

  Result<Answered> operator()(const SimpleRequest& request) const {
    TRY_STATUS(may_sign(request.key, predicate::signature));
    std::string payload = text_of(SimpleSigning{request.reference.name(), request.digest});
    TRY(Answered answered, sign(request.key, payload, request.digest.text()));
    std::get<SignatureAnswer>(answered.answer).payload = std::move(payload);
    return answered;
  }

  Result<Answered> operator()(const TrustRequest& request) const {
    TRY(const TrustDocument document, parse_trust_document(request.document));
    TRY_STATUS(check_is_canonical(document, request.document));
    return sign(KeyName::root, pae(trust_payload_type, request.document),
                fmt::format("trust document {}", document.number));
  }

 private:
  Result<Answered> sign(KeyName name, std::string_view message, std::string_view what) const {
    TRY(const PrivateKey* key, held(keys_, name));
    TRY(std::string signature, key->sign(message));
    return Answered{SignatureAnswer{std::move(signature), {}},
                    fmt::format("signed {} with the {} key", what, name_of(name))};
  }

  const KeyRing& keys_;
};

}  // namespace

Result<Answered> answer_to(const Request& request, const KeyRing& keys) {
  return std::visit(Answerer(keys), request);
}

}  // namespace hauberk
