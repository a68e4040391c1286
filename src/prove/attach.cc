// SPDX-License-Identifier: Apache-2.0
#include "prove/attach.h"

#include <algorithm>
#include <array>
#include <map>

#include "attest/artifact.h"
#include "attest/predicate.h"
#include "attest/simple_signing.h"
#include "attest/verified.h"
#include "base/base64.h"
#include "prove/predicates.h"

namespace hauberk {
namespace {

// What older cosign and Trivy look for as ".att".
constexpr std::array older_types = {predicate::spdx, predicate::cyclonedx, predicate::provenance,
                                    predicate::vex};

bool has_older_form(std::string_view type) {
  return std::ranges::find(older_types, type) != older_types.end();
}

// Of what others signed in an older form.
constexpr std::size_t most_taken = 64;

// The first of each stays.
template <class Item>
void remove_twins(std::vector<Item>& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto after = items.begin() + static_cast<std::ptrdiff_t>(i) + 1;
    items.erase(std::remove(after, items.end(), items[i]), items.end());
  }
}

// One subject: what is listed of it, and what takes its place.
class Attacher {
 public:
  Attacher(Store& store, const GetSigner& signer, const AttachOptions& options, const PublicKey& key,
           const SubjectStatements& subject, std::vector<EvidenceRow> listed)
      : store_(store),
        signer_(signer),
        options_(options),
        key_(key),
        fingerprint_(key.fingerprint()),
        subject_(subject),
        listed_(std::move(listed)) {}

  Status run() {
    for (const Statement& statement : subject_.statements) {
      TRY_STATUS(state(statement));
    }
    for (const std::string& type : subject_.withdrawn) {
      if (const EvidenceRow* row = find(EvidenceForm::bundle, type)) withdrawn.push_back(*row);
    }
    return bring_older_forms();
  }

  std::vector<EvidenceRow> rows;
  std::vector<EvidenceRow> withdrawn;
  std::vector<EvidenceRow> superseded;
  std::vector<Artifact> artifacts;  // to be stored before the rows are listed
  Attached attached;

 private:
  const EvidenceRow* find(EvidenceForm form, std::string_view type) const {
    const auto at = std::ranges::find_if(listed_, [&](const EvidenceRow& row) {
      return row.form == form && row.predicate_type == type && row.key == fingerprint_;
    });
    return at == listed_.end() ? nullptr : &*at;
  }

  // What is listed is listed under the fingerprint of keys/NAME.pub. A signer that has run since before a
  // rotation holds another key: what that one signed would stand here as the new one's for ever.
  Result<Signer*> signer() {
    TRY(Signer * signer, signer_());
    TRY(const PublicKey held, signer->public_key(options_.key));
    if (held == key_) return signer;
    const std::string_view name = name_of(options_.key);
    return fail(ErrorKind::conflict,
                "cannot sign with the {} key: the signer that runs holds another one ({}) than this store's "
                "keys/{}.pub ({}); start it again (`systemctl restart hauberk-signer`), or, where it has its "
                "keys from another store, bring {}.pub from there",
                name, held.fingerprint(), name, fingerprint_, name);
  }

  Status state(const Statement& statement) {
    const std::string content =
        options_.times_count ? Digest::of(text_of(statement)).hex() : content_key(statement);
    const EvidenceRow* before = find(EvidenceForm::bundle, statement.predicate_type);
    if (before != nullptr && before->content_key == content) {
      ++attached.kept;
      rows.push_back(*before);
      rows.back().inputs_key = subject_.inputs_key;
      return {};
    }
    TRY(Signer * signer, signer());
    TRY(Envelope envelope, signer->sign_statement(options_.key, statement));
    if (has_older_form(statement.predicate_type)) new_envelopes_[statement.predicate_type] = envelope;
    const Bundle bundle{key_.hint(), std::move(envelope), Json::object()};
    put(bundle_artifact(subject_.subject, bundle, statement.predicate_type, options_.now),
        EvidenceForm::bundle, statement.predicate_type, content);
    ++attached.added;
    if (statement.predicate_type == predicate::signature) return sign_older();
    return {};
  }

  Status sign_older() {
    TRY(Signer * signer, signer());
    TRY(const SimpleSignature simple,
        signer->sign_simple(options_.key, subject_.subject.digest, options_.repository));
    std::vector<OldSignature> all = {{simple.payload, simple.signature}};
    for_each_older({EvidenceForm::signature, media_type::simple_signing, true},
                   [&](const Descriptor& layer, std::string bytes) {
                     const auto at = layer.annotations.find(std::string(annotation::cosign_signature));
                     if (at == layer.annotations.end()) return;
                     auto signature = parse_base64(at->second);
                     if (!signature || key_.verify(bytes, *signature)) return;
                     all.push_back({std::move(bytes), *std::move(signature)});
                   });
    remove_twins(all);
    put_older(signature_artifact(all), EvidenceForm::signature, predicate::signature,
              Digest::of(simple.payload).hex());
    return {};
  }

  // All envelopes stand in one manifest, also those that were stated before: it is made anew when one of them
  // is.
  Status bring_older_forms() {
    if (new_envelopes_.empty() && withdrawn.empty()) return {};
    std::vector<EvidenceRow> sources = rows;
    std::ranges::copy_if(listed_, std::back_inserter(sources), [&](const EvidenceRow& row) {
      return !row.key.empty() && !is_replaced(row) && std::ranges::find(withdrawn, row) == withdrawn.end();
    });
    std::vector<OldAttestation> all;
    for (const EvidenceRow& row : sources) {
      if (row.form != EvidenceForm::bundle || !has_older_form(row.predicate_type)) continue;
      TRY(Envelope envelope, envelope_of(row));
      all.push_back({row.predicate_type, std::move(envelope)});
    }
    std::ranges::stable_sort(all, {}, &OldAttestation::predicate_type);
    // Of known signers the bundles tell all.
    for_each_older({EvidenceForm::attestation, media_type::dsse_envelope, false},
                   [&](const Descriptor& layer, const std::string& bytes) {
                     const auto at = layer.annotations.find(std::string(annotation::cosign_predicate_type));
                     auto envelope = parse_envelope(bytes);
                     if (at == layer.annotations.end() || !envelope || is_signed_by(*envelope, key_)) return;
                     all.push_back({at->second, *std::move(envelope)});
                   });
    remove_twins(all);
    put_older(attestation_artifact(all), EvidenceForm::attestation, {}, {});
    return {};
  }

  struct Older {
    EvidenceForm form;
    std::string_view layer_type;
    bool is_of_known;  // also from manifests whose signer is known
  };

  // A tag names one manifest. So what stands below it already, and is not this key's, goes along: whoever
  // believes another key would find nothing else. What cannot be read is nobody's evidence.
  void for_each_older(const Older& older, const std::function<void(const Descriptor&, std::string)>& take) {
    std::size_t taken = 0;
    for (const EvidenceRow& row : listed_) {
      if (row.form != older.form || (!row.key.empty() && !older.is_of_known)) continue;
      const auto text = read_verified(store_.blobs(), row.manifest.digest, manifest_limit_bytes);
      const auto manifest = text ? parse_manifest(*text) : std::unexpected(text.error());
      if (!manifest) continue;
      for (const Descriptor& layer : manifest->layers) {
        if (layer.media_type != older.layer_type) continue;
        if (taken == most_taken) {
          ++attached.left_out;
          continue;
        }
        auto bytes = read_verified(store_.blobs(), layer.digest, most_envelope_bytes);
        if (!bytes) continue;
        take(layer, *std::move(bytes));
        ++taken;
      }
    }
  }

  bool is_replaced(const EvidenceRow& row) const {
    return std::ranges::any_of(rows, [&](const EvidenceRow& made) {
      return made.form == row.form && made.predicate_type == row.predicate_type && made.key == row.key;
    });
  }

  Result<Envelope> envelope_of(const EvidenceRow& row) const {
    const auto made = new_envelopes_.find(row.predicate_type);
    if (row.key == fingerprint_ && made != new_envelopes_.end()) return made->second;
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

  // Takes the place of what other keys of ours left below the same tag: it says all of that too.
  void put_older(Artifact artifact, EvidenceForm form, std::string_view type, std::string content) {
    std::ranges::copy_if(listed_, std::back_inserter(superseded), [&](const EvidenceRow& row) {
      return row.form == form && !row.key.empty() && row.key != fingerprint_;
    });
    put(std::move(artifact), form, type, std::move(content));
  }

  void put(Artifact artifact, EvidenceForm form, std::string_view type, std::string content) {
    rows.push_back({form, std::string(type), fingerprint_, artifact.descriptor, subject_.inputs_key,
                    std::move(content), to_rfc3339(options_.now)});
    artifacts.push_back(std::move(artifact));
  }

  Store& store_;
  const GetSigner& signer_;
  const AttachOptions& options_;
  const PublicKey& key_;
  std::string fingerprint_;
  const SubjectStatements& subject_;
  std::vector<EvidenceRow> listed_;
  std::map<std::string, Envelope> new_envelopes_;  // by predicate type
};

}  // namespace

std::string warning_of(const Attached& attached) {
  if (attached.left_out == 0) return {};
  return fmt::format(
      "{} signatures or statements that others left beside the image in cosign's older form are left out of "
      "it "
      "now: at most {} go along; their bundles, where there are any, stay",
      attached.left_out, most_taken);
}

std::string content_key(const Statement& statement) {
  Statement lasting = statement;
  lasting.predicate = lasting_part(statement.predicate_type, statement.predicate);
  return Digest::of(text_of(lasting)).hex();
}

Result<Attached> attach_evidence(Store& store, EvidenceTable& table, const GetSigner& signer,
                                 const std::vector<SubjectStatements>& subjects,
                                 const AttachOptions& options) {
  TRY(const PublicKey key, KeyFolder(store).public_key(options.key));
  std::map<Digest, std::vector<EvidenceRow>> rows, withdrawn;
  std::vector<Artifact> artifacts;
  Attached all;
  for (const SubjectStatements& subject : subjects) {
    TRY(std::vector<EvidenceRow> listed, table.of(subject.subject.digest));
    Attacher attacher(store, signer, options, key, subject, std::move(listed));
    TRY_STATUS(attacher.run());
    all.added += attacher.attached.added;
    all.kept += attacher.attached.kept;
    all.left_out += attacher.attached.left_out;
    auto& of_subject = rows[subject.subject.digest];
    std::ranges::move(attacher.rows, std::back_inserter(of_subject));
    auto& gone = withdrawn[subject.subject.digest];
    std::ranges::move(attacher.withdrawn, std::back_inserter(gone));
    std::ranges::move(attacher.superseded, std::back_inserter(gone));
    std::ranges::move(attacher.artifacts, std::back_inserter(artifacts));
  }
  TRY_STATUS(put_artifacts(store.blobs(), artifacts));
  TRY_STATUS(table.put(rows, withdrawn));
  return all;
}

}  // namespace hauberk
