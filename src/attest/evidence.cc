// SPDX-License-Identifier: Apache-2.0
#include "attest/evidence.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <mutex>

#include "attest/predicate.h"
#include "attest/simple_signing.h"
#include "base/base64.h"
#include "io/parallel.h"
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

// What may still be read of one subject; several ask at once.
class Budget {
 public:
  explicit Budget(const Digest& subject) : subject_(subject) {}

  Status take(std::uint64_t cost_bytes) {
    const std::lock_guard lock(mutex_);
    if (cost_bytes > left_bytes_) {
      return fail(ErrorKind::limit_exceeded,
                  "cannot read the evidence of {}: all of it together is larger than the {} bytes allowed",
                  subject_.text(), most_evidence_bytes);
    }
    left_bytes_ -= cost_bytes;
    return {};
  }

 private:
  const Digest& subject_;
  std::mutex mutex_;
  std::uint64_t left_bytes_ = most_evidence_bytes;
};

// A manifest that is said to be evidence, of which form.
struct Listed {
  const Form* form;
  Descriptor manifest;
};

// One manifest with what it names, read and judged by itself: in which order they come does not matter.
class ManifestReader {
 public:
  ManifestReader(const EvidenceSource& source, const Digest& subject, Budget& budget, const Listed& listed)
      : source_(source), subject_(subject), budget_(budget), form_(*listed.form), listed_(listed.manifest) {}

  // An error is about all of the subject's evidence; one about this piece is among the faults.
  Result<FoundEvidence> run() {
    TRY_STATUS(noted(form_.form == EvidenceForm::bundle ? read_referrer() : read_manifest()));
    return std::move(found_);
  }

 private:
  Status noted(const Status& status) {
    if (status) return {};
    if (is_about_all(status.error()) || is_over_) return status;
    found_.faults.push_back({form_.form, listed_.digest, status.error()});
    return {};
  }

  Result<std::string> read(const Descriptor& blob, std::uint64_t limit_bytes) {
    const Status taken = budget_.take(piece_cost_bytes + std::min(blob.size_bytes, limit_bytes));
    if (!taken) {
      is_over_ = true;
      return std::unexpected(taken.error());
    }
    return source_.read(blob, limit_bytes);
  }

  Status read_referrer() {
    TRY(const std::string text, read(listed_, manifest_limit_bytes));
    TRY(const auto document, parse_manifest_or_index(text));
    const auto* manifest = std::get_if<Manifest>(&document);
    const auto& names = std::visit([](const auto& value) { return value.subject; }, document);
    if (!names || names->digest != subject_) {
      return fail(ErrorKind::verification_failed, "it is listed for {}, and names {} as its subject",
                  subject_.text(), names ? names->digest.text() : "nothing");
    }
    if (manifest == nullptr || !is_bundle(*manifest)) {
      found_.others.push_back(listed_);
      return {};
    }
    if (manifest->layers.size() != 1) {
      return fail(ErrorKind::invalid_input, "it has {} layers, and the manifest of a bundle has one",
                  manifest->layers.size());
    }
    return read_piece(*manifest, manifest->layers.front());
  }

  Status read_manifest() {
    TRY(const std::string text, read(listed_, manifest_limit_bytes));
    TRY(const Manifest manifest, parse_manifest(text));
    for (const Descriptor& layer : manifest.layers) {
      if (layer.media_type != form_.layer_type) continue;
      TRY_STATUS(noted(read_piece(manifest, layer)));
    }
    return {};
  }

  Status read_piece(const Manifest& manifest, const Descriptor& layer) {
    TRY(const std::string text, read(layer, form_.limit_bytes));
    TRY(Evidence evidence, form_.read(manifest, {form_.form, listed_, layer, {}, Envelope()}, text));
    found_.evidence.push_back(std::move(evidence));
    return {};
  }

  const EvidenceSource& source_;
  const Digest& subject_;
  Budget& budget_;
  const Form& form_;
  const Descriptor& listed_;
  bool is_over_ = false;
  FoundEvidence found_;
};

using Listing = std::vector<Listed>;

Result<Listing> list_referrers(const EvidenceSource& source, const Digest& subject) {
  TRY(auto referrers, source.referrers(subject));
  if (referrers.size() > most_referrers) {
    return fail(ErrorKind::limit_exceeded,
                "cannot read the evidence of {}: {} manifests refer to it, more than the {} allowed",
                subject.text(), referrers.size(), most_referrers);
  }
  Listing listing;
  for (Descriptor& referrer : referrers) listing.push_back({&bundle_form, std::move(referrer)});
  return listing;
}

Result<Listing> list_tag(const EvidenceSource& source, const Form& form, const std::string& tag) {
  if (!is_tag(tag)) return Listing();  // of a longer digest than a tag has room for
  TRY(auto descriptor, source.tagged(tag));
  if (!descriptor) return Listing();
  return Listing{{&form, *std::move(descriptor)}};
}

Listing list_buildkit(const Index& index, const Digest& subject) {
  Listing listing;
  for (const Descriptor& entry : index.manifests) {
    const auto type = annotation_of(entry.annotations, annotation::docker_reference_type);
    const auto digest = annotation_of(entry.annotations, annotation::docker_reference_digest);
    if (type == "attestation-manifest" && digest == subject.text())
      listing.push_back({&buildkit_form, entry});
  }
  return listing;
}

// By form, in the order in which they are told.
Result<Listing> list_all(const EvidenceSource& source, const Digest& subject, const Index* index) {
  const std::function<Result<Listing>()> questions[] = {
      [&] { return list_referrers(source, subject); },
      [&] { return list_tag(source, signature_form, signature_tag(subject)); },
      [&] { return list_tag(source, attestation_form, attestation_tag(subject)); }};
  std::array<Listing, std::size(questions)> answers;
  TRY_STATUS(parallel_for(answers.size(), source.threads(), [&](std::size_t i) -> Status {
    TRY(answers[i], questions[i]());
    return {};
  }));
  Listing all;
  for (Listing& some : answers) std::ranges::move(some, std::back_inserter(all));
  if (index != nullptr) std::ranges::move(list_buildkit(*index, subject), std::back_inserter(all));
  return all;
}

void add(FoundEvidence& all, FoundEvidence&& more) {
  std::ranges::move(more.evidence, std::back_inserter(all.evidence));
  std::ranges::move(more.faults, std::back_inserter(all.faults));
  std::ranges::move(more.others, std::back_inserter(all.others));
}

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
  TRY(const Listing listing, list_all(source, subject, index));
  Budget budget(subject);
  std::vector<FoundEvidence> of_each(listing.size());
  TRY_STATUS(parallel_for(listing.size(), source.threads(), [&](std::size_t i) -> Status {
    TRY(of_each[i], ManifestReader(source, subject, budget, listing[i]).run());
    return {};
  }));
  FoundEvidence all;
  for (FoundEvidence& found : of_each) add(all, std::move(found));
  return all;
}

}  // namespace hauberk
