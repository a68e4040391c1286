// SPDX-License-Identifier: Apache-2.0
#include "prove/attach.h"

#include <algorithm>
#include <array>
#include <map>

#include "attest/artifact.h"
#include "attest/predicate.h"
#include "prove/predicates.h"

namespace hauberk {
namespace {

// What older cosign and Trivy look for as ".att".
constexpr std::array older_types = {predicate::spdx, predicate::cyclonedx, predicate::provenance,
                                    predicate::vex};

bool has_older_form(std::string_view type) {
  return std::ranges::find(older_types, type) != older_types.end();
}

// One subject: what is listed of it, and what takes its place.
class Attacher {
 public:
  Attacher(Store& store, const GetSigner& signer, const AttachOptions& options, std::string key,
           const SubjectStatements& subject, std::vector<EvidenceRow> listed)
      : store_(store),
        signer_(signer),
        options_(options),
        key_(std::move(key)),
        subject_(subject),
        listed_(std::move(listed)) {}

  Status run() {
    for (const Statement& statement : subject_.statements) {
      TRY_STATUS(state(statement));
    }
    return bring_older_forms();
  }

  std::vector<EvidenceRow> rows;
  Attached attached;

 private:
  const EvidenceRow* find(EvidenceForm form, std::string_view type) const {
    const auto at = std::ranges::find_if(listed_, [&](const EvidenceRow& row) {
      return row.form == form && row.predicate_type == type && row.key == key_;
    });
    return at == listed_.end() ? nullptr : &*at;
  }

  Status state(const Statement& statement) {
    const std::string content = content_key(statement);
    const EvidenceRow* before = find(EvidenceForm::bundle, statement.predicate_type);
    if (before != nullptr && before->content_key == content) {
      ++attached.kept;
      rows.push_back(*before);
      rows.back().inputs_key = subject_.inputs_key;
      return {};
    }
    TRY(Signer * signer, signer_());
    TRY(const PublicKey key, signer->public_key(options_.key));
    TRY(Envelope envelope, signer->sign_statement(options_.key, statement));
    if (has_older_form(statement.predicate_type)) new_envelopes_[statement.predicate_type] = envelope;
    const Bundle bundle{key.hint(), std::move(envelope), Json::object()};
    TRY_STATUS(put(bundle_artifact(subject_.subject, bundle, statement.predicate_type, options_.now),
                   EvidenceForm::bundle, statement.predicate_type, content));
    ++attached.added;
    if (statement.predicate_type == predicate::signature) return sign_older();
    return {};
  }

  Status sign_older() {
    TRY(Signer * signer, signer_());
    TRY(const SimpleSignature simple,
        signer->sign_simple(options_.key, subject_.subject.digest, options_.repository));
    return put(signature_artifact({{simple.payload, simple.signature}}), EvidenceForm::signature,
               predicate::signature, Digest::of(simple.payload).hex());
  }

  // All envelopes stand in one manifest: it is made anew when one of them is.
  Status bring_older_forms() {
    if (new_envelopes_.empty()) return {};
    std::vector<OldAttestation> all;
    for (const EvidenceRow& row : rows) {
      if (row.form != EvidenceForm::bundle || !has_older_form(row.predicate_type)) continue;
      TRY(Envelope envelope, envelope_of(row));
      all.push_back({row.predicate_type, std::move(envelope)});
    }
    return put(attestation_artifact(all), EvidenceForm::attestation, {}, {});
  }

  Result<Envelope> envelope_of(const EvidenceRow& row) const {
    if (const auto made = new_envelopes_.find(row.predicate_type); made != new_envelopes_.end()) {
      return made->second;
    }
    TRY(const std::string text, read_verified(store_.blobs(), row.manifest.digest, manifest_limit_bytes));
    TRY(const Manifest manifest, parse_manifest(text));
    if (manifest.layers.size() != 1) {
      return fail(ErrorKind::invalid_input, "the evidence {} is damaged", row.manifest.digest.text());
    }
    TRY(const std::string blob, read_verified(store_.blobs(), manifest.layers[0].digest, most_bundle_bytes));
    TRY(Bundle bundle, parse_bundle(blob));
    auto* envelope = std::get_if<Envelope>(&bundle.content);
    if (envelope == nullptr) {
      return fail(ErrorKind::invalid_input, "the evidence {} holds no statement", row.manifest.digest.text());
    }
    return std::move(*envelope);
  }

  Status put(const Artifact& artifact, EvidenceForm form, std::string_view type, std::string content) {
    TRY_STATUS(put_artifact(store_.blobs(), artifact));
    rows.push_back({form, std::string(type), key_, artifact.descriptor, subject_.inputs_key,
                    std::move(content), to_rfc3339(options_.now)});
    return {};
  }

  Store& store_;
  const GetSigner& signer_;
  const AttachOptions& options_;
  std::string key_;
  const SubjectStatements& subject_;
  std::vector<EvidenceRow> listed_;
  std::map<std::string, Envelope> new_envelopes_;  // by predicate type
};

}  // namespace

std::string content_key(const Statement& statement) {
  Statement lasting = statement;
  lasting.predicate = lasting_part(statement.predicate_type, statement.predicate);
  return Digest::of(text_of(lasting)).hex();
}

Result<Attached> attach_evidence(Store& store, EvidenceTable& table, const GetSigner& signer,
                                 const std::vector<SubjectStatements>& subjects,
                                 const AttachOptions& options) {
  TRY(const PublicKey key, KeyFolder(store).public_key(options.key));
  std::map<Digest, std::vector<EvidenceRow>> rows;
  Attached all;
  for (const SubjectStatements& subject : subjects) {
    TRY(std::vector<EvidenceRow> listed, table.of(subject.subject.digest));
    Attacher attacher(store, signer, options, key.fingerprint(), subject, std::move(listed));
    TRY_STATUS(attacher.run());
    all.added += attacher.attached.added;
    all.kept += attacher.attached.kept;
    auto& of_subject = rows[subject.subject.digest];
    std::ranges::move(attacher.rows, std::back_inserter(of_subject));
  }
  TRY_STATUS(table.put(rows));
  return all;
}

}  // namespace hauberk
