// SPDX-License-Identifier: Apache-2.0
#include "prove/verify.h"

#include <algorithm>
#include <tuple>

#include "attest/predicate.h"
#include "base/nearest.h"
#include "io/parallel.h"
#include "oci/platform_image.h"

namespace hauberk {
namespace {

// A statement that counts, with what it says. A signature of the older form says nothing more.
struct Counted {
  Proved proved;
  Json predicate;
  std::optional<Time> time;
};

constexpr std::string_view own_key_name = "build";

// A key, and its entry in trust.json if it is from there.
struct Candidate {
  const PublicKey* key;
  const TrustedKey* entry;
  bool is_own;  // of a store without trust.json

  // As who signed it.
  std::string_view signer() const {
    if (entry != nullptr) return entry->name;
    return is_own ? "this store's build key" : "the key that you named";
  }

  // The same within a sentence.
  std::string words() const {
    return entry != nullptr ? fmt::format("the key \"{}\"", entry->name) : std::string(signer());
  }

  // Whether a policy that says `name` means it.
  bool is_meant_by(std::string_view name) const {
    if (entry != nullptr) return is_called(*entry, name);
    return key->fingerprint() == name || (is_own && name == own_key_name);
  }
};

std::vector<Candidate> candidates_of(const Believed& believed) {
  std::vector<Candidate> all;
  for (const PublicKey& key : believed.keys) all.push_back({&key, nullptr, false});
  if (believed.own) all.push_back({&*believed.own, nullptr, true});
  if (believed.trust == nullptr) return all;
  for (const TrustedKey& entry : believed.trust->document().keys) all.push_back({&entry.key, &entry, false});
  return all;
}

bool is_fingerprint(std::string_view text) {
  const auto digest = Digest::parse(text);
  return digest && digest->algorithm() == Digest::Algorithm::sha256;
}

// What to write instead of a key's name that nothing knows.
std::string better_name(std::string_view name, const std::vector<Candidate>& candidates) {
  std::vector<std::string_view> names;
  for (const Candidate& candidate : candidates) {
    if (candidate.entry != nullptr) names.push_back(candidate.entry->name);
    if (candidate.is_own) names.push_back(own_key_name);
  }
  if (const auto near = nearest(name, names)) return fmt::format("did you mean \"{}\"?", *near);
  if (!names.empty())
    return fmt::format("known are: {}; others by their fingerprint", fmt::join(names, ", "));
  if (candidates.empty()) return "name it by its fingerprint";
  return fmt::format("keys that are named with --key go by their fingerprint: \"{}\"",
                     candidates.front().key->fingerprint());
}

// A name that nothing knows lets nobody in: it is a slip of the pen, or the policy of another store.
Status check_key_names(const PolicyRule* rule, const Believed& believed) {
  if (rule == nullptr) return {};
  const auto candidates = candidates_of(believed);
  for (const std::string& name : rule->keys) {
    const auto is_it = [&](const Candidate& candidate) { return candidate.is_meant_by(name); };
    if (is_fingerprint(name) || std::ranges::any_of(candidates, is_it)) continue;
    return fail(ErrorKind::invalid_input, "cannot use the policy: its key \"{}\" is known to nobody here; {}",
                name, better_name(name, candidates));
  }
  return {};
}

bool is_signed_by(const Evidence& evidence, const PublicKey& key) {
  if (const auto* old = std::get_if<OldSignature>(&evidence.content)) {
    return key.verify(old->payload, old->signature).has_value();
  }
  const Envelope* envelope = evidence.envelope();
  return envelope != nullptr && is_signed_by(*envelope, key);
}

// All evidence of one subject.
class SubjectVerifier {
 public:
  SubjectVerifier(const ImageToVerify& image, const Believed& believed, const PolicyRule* rule, Time now)
      : image_(image), rule_(rule), trust_(believed.trust), now_(now), candidates_(candidates_of(believed)) {}

  Status read(const EvidenceSource& source, const Descriptor& subject, const std::string& platform,
              const Index* index) {
    TRY(const FoundEvidence found, read_evidence(source, subject.digest, index));
    // Signatures and documents take the time; each piece is judged by itself, and what came of it in order.
    std::vector<Result<Counted>> judged(found.evidence.size(), fail(ErrorKind::io, "not judged"));
    TRY_STATUS(parallel_for(judged.size(), processor_count(), [&](std::size_t i) -> Status {
      judged[i] = verify(found.evidence[i], subject.digest);
      return {};
    }));
    for (std::size_t i = 0; i < judged.size(); ++i) {
      take(found.evidence[i], std::move(judged[i]), subject.digest, platform);
    }
    for (const EvidenceFault& fault : found.faults) {
      ignored.push_back({subject.digest, platform, std::string(name_of(fault.form)), fault.error.message});
    }
    return {};
  }

  std::vector<Counted> counted;
  std::vector<NotProved> ignored;

 private:
  void take(const Evidence& evidence, Result<Counted> result, const Digest& subject,
            const std::string& platform) {
    const std::string type = evidence.claimed_type.empty() ? "a signature of bytes" : evidence.claimed_type;
    if (!result) {
      ignored.push_back({subject, platform, type, result.error().message});
      return;
    }
    result->proved.platform = platform;
    counted.push_back(*std::move(result));
  }

  Result<Counted> verify(const Evidence& evidence, const Digest& subject) const {
    if (evidence.form == EvidenceForm::buildkit) {
      return fail(ErrorKind::verification_failed, "it is signed by nobody (BuildKit)");
    }
    if (const auto* old = std::get_if<OldSignature>(&evidence.content)) {
      return by_any_key(evidence, subject, predicate::signature, [&](const PublicKey& key) -> Result<Json> {
        TRY([[maybe_unused]] const auto verified,
            verify_simple_signing(old->payload, old->signature, key, subject));
        return Json::object();
      });
    }
    const Envelope* envelope = evidence.envelope();
    if (envelope == nullptr) {
      return fail(ErrorKind::unsupported, "it signs bytes, and says nothing about an image");
    }
    return by_any_key(evidence, subject, evidence.claimed_type, [&](const PublicKey& key) -> Result<Json> {
      TRY(const VerifiedStatement verified, verify_statement(*envelope, key, subject, evidence.claimed_type));
      return verified.statement().predicate;
    });
  }

  // The first key whose signature it is decides: also when it had no right to it.
  template <class Check>
  Result<Counted> by_any_key(const Evidence& evidence, const Digest& subject, std::string_view type,
                             const Check& check) const {
    for (const Candidate& candidate : candidates_) {
      if (!is_signed_by(evidence, *candidate.key)) continue;
      TRY(Json predicate, check(*candidate.key));
      TRY_STATUS(may(candidate, type, predicate));
      const auto time = time_of_predicate(type, predicate);
      return Counted{{subject,
                      {},
                      evidence.form,
                      std::string(type),
                      std::string(candidate.signer()),
                      candidate.key->fingerprint(),
                      time ? to_rfc3339(*time) : std::string()},
                     std::move(predicate),
                     time};
    }
    if (candidates_.size() != 1) {
      return fail(ErrorKind::verification_failed, "no key that is trusted here has signed it");
    }
    return fail(ErrorKind::verification_failed, "{} has not signed it", candidates_.front().words());
  }

  Status may(const Candidate& candidate, std::string_view type, const Json& predicate) const {
    const TrustedKey* const entry = candidate.entry;
    if (entry != nullptr) TRY_STATUS(trust_->allows(*entry, {image_.repository, type, now_}));
    const auto is_it = [&](const std::string& name) { return candidate.is_meant_by(name); };
    if (rule_ != nullptr && !rule_->keys.empty() && std::ranges::none_of(rule_->keys, is_it)) {
      return fail(ErrorKind::verification_failed, "the policy does not take {} here", candidate.words());
    }
    return entry != nullptr && type == predicate::provenance ? may_claim(*entry, predicate) : Status{};
  }

  // A builder's name is bound to its key.
  static Status may_claim(const TrustedKey& entry, const Json& predicate) {
    const auto pointer = nlohmann::json_pointer<std::string>("/runDetails/builder/id");
    const bool has_id = predicate.contains(pointer) && predicate.at(pointer).is_string();
    const std::string id = has_id ? predicate.at(pointer).get<std::string>() : std::string();
    const auto fits = [&](const std::string& pattern) { return fits_pattern(pattern, id); };
    if (std::ranges::any_of(entry.builders, fits)) return {};
    return fail(ErrorKind::verification_failed, "the key \"{}\" may not speak as the builder \"{}\"",
                entry.name, id);
  }

  const ImageToVerify& image_;
  const PolicyRule* rule_;
  const Trust* trust_;
  Time now_;
  std::vector<Candidate> candidates_;
};

// Of several statements of one type those count that no other is known to be newer than.
std::vector<const Counted*> newest(const std::vector<Counted>& counted, const Digest& subject,
                                   std::string_view type) {
  std::vector<const Counted*> all;
  std::optional<Time> last;
  for (const Counted& one : counted) {
    if (one.proved.subject != subject || one.proved.predicate_type != type) continue;
    all.push_back(&one);
    if (one.time && (!last || *one.time > *last)) last = one.time;
  }
  std::erase_if(all, [&](const Counted* one) { return last && one->time && *one->time < *last; });
  return all;
}

// Why what is asked of a type is not proved; empty: it is.
std::string shortcoming(const std::vector<const Counted*>& statements, const PolicyRule* rule,
                        const std::string& type, Time now) {
  if (statements.empty()) return "nothing of it is proved";
  if (rule == nullptr) return {};
  const auto age = rule->maximum_age_hours.find(type);
  const auto outcome = rule->outcomes.find(type);
  for (const Counted* one : statements) {
    if (age != rule->maximum_age_hours.end()) {
      if (!one->time) return "it does not say when it was made, and the policy limits its age";
      if (*one->time > now)
        return fmt::format("it says to be of {}, which is to come", to_rfc3339(*one->time));
      if (now - *one->time > std::chrono::hours(age->second)) {
        return fmt::format("it is of {}, older than {} hours", to_rfc3339(*one->time), age->second);
      }
    }
    if (outcome != rule->outcomes.end()) {
      std::string why = failed_outcome(type, one->predicate, outcome->second);
      if (!why.empty()) return why;
    }
  }
  return {};
}

struct Subject {
  Descriptor descriptor;
  std::string platform;
  bool is_index;
};

std::vector<Subject> subjects_of(const ImageToVerify& image) {
  std::vector<Subject> all;
  if (image.manifests.empty()) return {{image.root, {}, false}};
  all.push_back({image.root, {}, true});
  for (const Descriptor& manifest : image.manifests)
    all.push_back({manifest, platform_text(manifest), false});
  return all;
}

std::vector<std::string> required_types(const PolicyRule* rule, const std::vector<std::string>& also) {
  std::vector<std::string> types = rule != nullptr ? rule->require : std::vector<std::string>{};
  types.insert(types.end(), also.begin(), also.end());
  std::ranges::sort(types);
  const auto twice = std::ranges::unique(types);
  types.erase(twice.begin(), twice.end());
  return types;
}

}  // namespace

Result<Json> proved_predicate(const EvidenceSource& source, const ImageToVerify& image,
                              const Believed& believed, std::string_view predicate_type, Time now) {
  SubjectVerifier verifier(image, believed, nullptr, now);
  TRY_STATUS(verifier.read(source, image.root, {}, nullptr));
  const auto statements = newest(verifier.counted, image.root.digest, predicate_type);
  if (!statements.empty()) return statements.back()->predicate;
  const auto of_type = std::ranges::find(verifier.ignored, predicate_type, &NotProved::what);
  return fail(ErrorKind::verification_failed, "no {} of {} is proved: {}", short_name_of(predicate_type),
              image.root.digest.text(), of_type == verifier.ignored.end() ? "there is none" : of_type->why);
}

Result<Verification> verify_image(const EvidenceSource& source, const ImageToVerify& image,
                                  const Believed& believed, const Policy& policy,
                                  const std::vector<std::string>& also, Time now) {
  const PolicyRule* rule = policy.rule_for(image.repository);
  TRY_STATUS(check_key_names(rule, believed));
  SubjectVerifier verifier(image, believed, rule, now);
  const auto subjects = subjects_of(image);
  for (const Subject& subject : subjects) {
    const Index* index = image.index && !subject.is_index ? &*image.index : nullptr;
    TRY_STATUS(verifier.read(source, subject.descriptor, subject.platform, index));
  }
  Verification verification;
  if (rule == nullptr) {
    verification.missing.push_back({image.root.digest,
                                    {},
                                    "policy",
                                    fmt::format("no rule speaks of the repository {}", image.repository)});
  }
  for (const std::string& type : required_types(rule, also)) {
    for (const Subject& subject : subjects) {
      // What is said of the platforms' images need not be said of the index too; who signs, signs both.
      if (subject.is_index && type != predicate::signature) continue;
      const Digest& digest = subject.descriptor.digest;
      std::string why = shortcoming(newest(verifier.counted, digest, type), rule, type, now);
      if (!why.empty()) verification.missing.push_back({digest, subject.platform, type, std::move(why)});
    }
  }
  for (Counted& one : verifier.counted) verification.proved.push_back(std::move(one.proved));
  verification.ignored = std::move(verifier.ignored);
  return verification;
}

}  // namespace hauberk
