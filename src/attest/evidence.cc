// SPDX-License-Identifier: Apache-2.0
#include "attest/evidence.h"

#include <algorithm>

#include "attest/predicate.h"
#include "attest/simple_signing.h"
#include "base/base64.h"
#include "oci/reference.h"

namespace hauberk {
namespace {

constexpr std::uint64_t piece_cost_bytes = 4096;  // so that many small pieces are bounded too

std::string annotation_of(const Annotations& annotations, std::string_view name) {
  const auto at = annotations.find(std::string(name));
  return at == annotations.end() ? std::string() : at->second;
}

// Nobody knows then what else there is; everything else is about the one piece.
bool is_about_all(const Error& error) {
  return error.kind == ErrorKind::io || error.kind == ErrorKind::network;
}

bool is_bundle(const Manifest& manifest) {
  const auto is_one = [](const Descriptor& layer) { return is_bundle_media_type(layer.media_type); };
  return is_bundle_media_type(manifest.artifact_type) || std::ranges::any_of(manifest.layers, is_one);
}

// The annotation's word, where there is one: whoever relies on the type verifies it (verify_statement).
Result<std::string> claimed_type(std::string annotated, const Envelope& envelope) {
  if (!annotated.empty()) return annotated;
  if (envelope.payload_type != statement_payload_type) return std::string();
  TRY(Statement statement, parse_statement(envelope.payload));
  return std::move(statement.predicate_type);
}

Result<Evidence> bundle_of(const Manifest& manifest, Evidence evidence, std::string_view text) {
  TRY(Bundle bundle, parse_bundle(text));
  if (const auto* envelope = std::get_if<Envelope>(&bundle.content)) {
    const auto annotated = annotation_of(manifest.annotations, annotation::bundle_predicate_type);
    TRY(evidence.claimed_type, claimed_type(annotated, *envelope));
  }
  evidence.content = std::move(bundle);
  return evidence;
}

Result<Evidence> signature_of(const Manifest&, Evidence evidence, std::string_view text) {
  const std::string base64 = annotation_of(evidence.blob.annotations, annotation::cosign_signature);
  auto signature = parse_base64(base64);
  if (!signature || signature->empty()) {
    return fail(ErrorKind::invalid_input, "its annotation {} is no signature", annotation::cosign_signature);
  }
  evidence.claimed_type = predicate::signature;
  evidence.content = OldSignature{std::string(text), *std::move(signature)};
  return evidence;
}

Result<Evidence> attestation_of(const Manifest&, Evidence evidence, std::string_view text) {
  TRY(Envelope envelope, parse_envelope(text));
  const auto annotated = annotation_of(evidence.blob.annotations, annotation::cosign_predicate_type);
  TRY(evidence.claimed_type, claimed_type(annotated, envelope));
  evidence.content = std::move(envelope);
  return evidence;
}

Result<Evidence> buildkit_of(const Manifest&, Evidence evidence, std::string_view text) {
  TRY(Statement statement, parse_statement(text));
  evidence.claimed_type = statement.predicate_type;
  evidence.content = std::move(statement);
  return evidence;
}

// How a form's layers are told, limited and read.
struct Form {
  EvidenceForm form;
  std::string_view layer_type;  // empty: any of a bundle's
  std::uint64_t limit_bytes;
  Result<Evidence> (*read)(const Manifest&, Evidence, std::string_view);
};
constexpr Form bundle_form = {EvidenceForm::bundle, "", most_bundle_bytes, bundle_of};
constexpr Form signature_form = {EvidenceForm::signature, media_type::simple_signing,
                                 most_simple_signing_bytes, signature_of};
constexpr Form attestation_form = {EvidenceForm::attestation, media_type::dsse_envelope, most_envelope_bytes,
                                   attestation_of};
constexpr Form buildkit_form = {EvidenceForm::buildkit, media_type::in_toto, most_statement_bytes,
                                buildkit_of};

class EvidenceReader {
 public:
  EvidenceReader(const EvidenceSource& source, const Digest& subject) : source_(source), subject_(subject) {}

  Status read_referrers() {
    TRY(const auto referrers, source_.referrers(subject_));
    if (referrers.size() > most_referrers) {
      return fail(ErrorKind::limit_exceeded,
                  "cannot read the evidence of {}: {} manifests refer to it, more than the {} allowed",
                  subject_.text(), referrers.size(), most_referrers);
    }
    for (const Descriptor& referrer : referrers) {
      TRY_STATUS(noted(bundle_form, referrer, read_referrer(referrer)));
    }
    return {};
  }

  Status read_tag(const Form& form, const std::string& tag) {
    if (!is_tag(tag)) return {};  // of a longer digest than a tag has room for
    TRY(const auto descriptor, source_.tagged(tag));
    if (!descriptor) return {};
    return noted(form, *descriptor, read_manifest(form, *descriptor));
  }

  Status read_buildkit(const Index& index) {
    for (const Descriptor& entry : index.manifests) {
      const auto type = annotation_of(entry.annotations, annotation::docker_reference_type);
      const auto digest = annotation_of(entry.annotations, annotation::docker_reference_digest);
      if (type != "attestation-manifest" || digest != subject_.text()) continue;
      TRY_STATUS(noted(buildkit_form, entry, read_manifest(buildkit_form, entry)));
    }
    return {};
  }

  FoundEvidence take() { return std::move(found_); }

 private:
  // An error about one piece is written down; one about all ends the reading.
  Status noted(const Form& form, const Descriptor& manifest, const Status& status) {
    if (status) return {};
    if (is_about_all(status.error()) || is_over_) return status;
    found_.faults.push_back({form.form, manifest.digest, status.error()});
    return {};
  }

  Result<std::string> read(const Descriptor& blob, std::uint64_t limit_bytes) {
    const std::uint64_t cost = piece_cost_bytes + std::min(blob.size_bytes, limit_bytes);
    if (cost > budget_) {
      is_over_ = true;
      return fail(ErrorKind::limit_exceeded,
                  "cannot read the evidence of {}: all of it together is larger than the {} bytes allowed",
                  subject_.text(), most_evidence_bytes);
    }
    budget_ -= cost;
    return source_.read(blob, limit_bytes);
  }

  Status read_referrer(const Descriptor& referrer) {
    TRY(const std::string text, read(referrer, manifest_limit_bytes));
    TRY(const auto document, parse_manifest_or_index(text));
    const auto* manifest = std::get_if<Manifest>(&document);
    const auto& names = std::visit([](const auto& value) { return value.subject; }, document);
    if (!names || names->digest != subject_) {
      return fail(ErrorKind::verification_failed, "it is listed for {}, and names {} as its subject",
                  subject_.text(), names ? names->digest.text() : "nothing");
    }
    if (manifest == nullptr || !is_bundle(*manifest)) {
      found_.others.push_back(referrer);
      return {};
    }
    if (manifest->layers.size() != 1) {
      return fail(ErrorKind::invalid_input, "it has {} layers, and the manifest of a bundle has one",
                  manifest->layers.size());
    }
    return read_piece(bundle_form, referrer, *manifest, manifest->layers.front());
  }

  Status read_manifest(const Form& form, const Descriptor& descriptor) {
    TRY(const std::string text, read(descriptor, manifest_limit_bytes));
    TRY(const Manifest manifest, parse_manifest(text));
    for (const Descriptor& layer : manifest.layers) {
      if (layer.media_type != form.layer_type) continue;
      TRY_STATUS(noted(form, descriptor, read_piece(form, descriptor, manifest, layer)));
    }
    return {};
  }

  Status read_piece(const Form& form, const Descriptor& descriptor, const Manifest& manifest,
                    const Descriptor& layer) {
    TRY(const std::string text, read(layer, form.limit_bytes));
    TRY(Evidence evidence, form.read(manifest, {form.form, descriptor, layer, {}, Envelope()}, text));
    found_.evidence.push_back(std::move(evidence));
    return {};
  }

  const EvidenceSource& source_;
  const Digest& subject_;
  std::uint64_t budget_ = most_evidence_bytes;
  bool is_over_ = false;
  FoundEvidence found_;
};

}  // namespace

std::string_view name_of(EvidenceForm form) {
  switch (form) {
    case EvidenceForm::bundle: return "bundle";
    case EvidenceForm::signature: return "sig";
    case EvidenceForm::attestation: return "att";
    case EvidenceForm::buildkit: return "buildkit";
  }
  return "unknown";
}

Result<EvidenceForm> parse_evidence_form(std::string_view text) {
  for (const Form& form : {bundle_form, signature_form, attestation_form, buildkit_form}) {
    if (text == name_of(form.form)) return form.form;
  }
  return fail(ErrorKind::invalid_input, "there is no form of evidence \"{}\"", text);
}

const Envelope* Evidence::envelope() const {
  if (const auto* bundle = std::get_if<Bundle>(&content)) return std::get_if<Envelope>(&bundle->content);
  return std::get_if<Envelope>(&content);
}

Result<FoundEvidence> read_evidence(const EvidenceSource& source, const Digest& subject, const Index* index) {
  EvidenceReader reader(source, subject);
  TRY_STATUS(reader.read_referrers());
  TRY_STATUS(reader.read_tag(signature_form, signature_tag(subject)));
  TRY_STATUS(reader.read_tag(attestation_form, attestation_tag(subject)));
  if (index != nullptr) TRY_STATUS(reader.read_buildkit(*index));
  return reader.take();
}

}  // namespace hauberk
