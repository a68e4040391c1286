// SPDX-License-Identifier: Apache-2.0
#include "cli/prove_build.h"

#include <algorithm>
#include <array>

#include "attest/predicate.h"
#include "cli/accepted_findings.h"
#include "cli/judge_subject.h"
#include "cli/own_key.h"
#include "cli/sbom_extras.h"
#include "facts/purl.h"
#include "history/tags.h"
#include "io/clock.h"
#include "pipeline/inputs.h"
#include "sbom/sbom.h"
#include "scan/feed_store.h"

namespace hauberk {
namespace {

constexpr int statements_version = 1;  // what changes what is stated changes this

// What of a platform's image depends on more than its lock, and so may have no evidence.
constexpr std::array may_be_missing = {predicate::vulns, predicate::vex, predicate::tests};

// Everything that what is stated depends on, beside the image itself.
class Inputs {
 public:
  static Result<Inputs> of(const Store& store, const BuildResult& result, const BuildRun& run) {
    Json feeds = Json::array();
    TRY(const auto listed, FeedStore(store).list());
    for (const Feed& feed : listed) {
      if (!feed.current) continue;
      feeds.push_back({feed.name, feed.current->digest, is_stale(feed, to_unix(run.finished))});
    }
    // The newest InRelease of each suite decides which fixes are available.
    Json suites = Json::array();
    TRY(const auto names, store.dir().list("suites"));
    for (const std::string& name : names) {
      TRY(const std::string text, store.dir().read_file("suites/" + name, 1 << 20));
      suites.push_back(Digest::of(text).hex());
    }
    TRY(const std::string config, store.dir().read_file("config.yaml", 1 << 20));
    // What the key before this one signed has an end: all of it is said again.
    TRY(const PublicKey key, KeyFolder(store).public_key(KeyName::build));
    Json all = {{"version", statements_version},
                {"key", key.fingerprint()},
                {"program", run.program_version},
                {"builder", run.builder_id},
                {"lock", Digest::of(text_of(result.lock)).hex()},
                {"repository", result.repository},
                {"feeds", std::move(feeds)},
                {"suites", std::move(suites)},
                {"config", Digest::of(config).hex()},
                // Acceptances and certificates end on a day.
                {"day", to_rfc3339(run.finished).substr(0, 10)}};
    return Inputs(std::move(all), key.fingerprint());
  }

  // The fingerprint of the key that signs.
  const std::string& signer() const { return signer_; }

  std::string key(const Digest& subject, bool with_tests, const std::string& accepted,
                  const std::optional<KeptInputs>& kept) const {
    Json all = all_;
    all["subject"] = subject.text();
    all["tests"] = with_tests;
    all["accepted"] = Digest::of(accepted).hex();
    all["inputs"] = kept ? kept->artifact.digest.hex() : "";
    return Digest::of(canonical_json(all)).hex();
  }

 private:
  Inputs(Json all, std::string signer) : all_(std::move(all)), signer_(std::move(signer)) {}

  Json all_;
  std::string signer_;
};

// What is stated of one platform's image.
class Statements {
 public:
  // `signer`: the fingerprint of the key that signs. What another one signed may have an end.
  Statements(const BuildResult& result, const Descriptor& subject, const std::vector<EvidenceRow>& listed,
             const std::string& signer)
      : result_(result), subject_(subject), listed_(listed), signer_(signer) {}

  void state(std::string_view type, Json predicate) {
    list_.push_back({{{result_.repository, subject_.digest}}, std::string(type), std::move(predicate)});
    cover(type, {});
  }

  // It may have been stated before, by an earlier build; then it still holds.
  void leave_out(std::string_view type, std::string why) {
    cover(type, is_listed(type) ? "" : std::move(why));
  }

  // There is nothing to say any more: what was said before is withdrawn.
  void withdraw(std::string_view type, std::string why) {
    withdrawn_.emplace_back(type);
    cover(type, std::move(why));
  }

  const std::vector<CoverageRow>& coverage() const { return coverage_; }

  SubjectStatements finish(std::string inputs_key) {
    state(predicate::coverage, coverage_predicate(coverage_));
    return {subject_, std::move(list_), std::move(inputs_key), std::move(withdrawn_)};
  }

 private:
  bool is_listed(std::string_view type) const {
    return std::ranges::any_of(listed_, [&](const EvidenceRow& row) {
      return row.form == EvidenceForm::bundle && row.predicate_type == type && row.key == signer_;
    });
  }

  void cover(std::string_view type, std::string why) {
    if (type == predicate::coverage) return;
    coverage_.push_back({std::string(short_name_of(type)), why.empty(), std::move(why)});
  }

  const BuildResult& result_;
  const Descriptor& subject_;
  const std::vector<EvidenceRow>& listed_;
  const std::string& signer_;
  std::vector<Statement> list_;
  std::vector<std::string> withdrawn_;
  std::vector<CoverageRow> coverage_;
};

std::string product_purl(const BuildResult& result, const Descriptor& subject) {
  const auto slash = result.repository.rfind('/');
  const std::string name =
      slash == std::string::npos ? result.repository : result.repository.substr(slash + 1);
  return text_of(Purl{.type = "oci",
                      .space = {},
                      .name = name,
                      .version = subject.digest.text(),
                      .qualifiers = {{"repository_url", result.repository}},
                      .subpath = {}});
}

class Prover {
 public:
  Prover(Session& session, Store& store, const BuildResult& result, const ProofRequest& request,
         EvidenceTable table, Inputs inputs)
      : session_(session),
        store_(store),
        result_(result),
        request_(request),
        table_(std::move(table)),
        inputs_(std::move(inputs)) {}

  Result<ProofOfBuild> run() {
    TRY(const Reference repository, Reference::parse(result_.repository));
    TRY(accepted_, kept_acceptances(store_, result_.index.digest));
    TRY(kept_inputs_, inputs_of_image(store_, result_.index.digest));
    TRY_STATUS(add_index());
    for (const BuiltPlatform& built : result_.platforms) {
      TRY_STATUS(add_platform(built));
    }
    AttachOptions options{repository, KeyName::build, request_.run.finished};
    ProofOfBuild proof;
    TRY(proof.attached, attach_evidence(store_, table_, [this] { return signer(); }, subjects_, options));
    if (const std::string warning = warning_of(proof.attached); !warning.empty()) session_.warn(warning);
    proof.attached.kept += kept_;
    proof.coverage = std::move(coverage_);
    return proof;
  }

 private:
  Result<Signer*> signer() {
    if (!signer_) {
      session_.progress().end();
      TRY(signer_,
          Signer::connect(store_, {.keys = {{KeyName::build}}, .passphrase_fd = request_.passphrase_fd}));
    }
    return &*signer_;
  }

  // Whether all that there is to state was stated from the very same: what is covered is said each time.
  bool is_current(const std::vector<EvidenceRow>& listed, const std::string& key) {
    const auto is_ours = [&](const EvidenceRow& row) {
      return row.form == EvidenceForm::bundle && row.key == inputs_.signer();
    };
    const bool is_same = std::ranges::any_of(listed, [&](const EvidenceRow& row) {
      return is_ours(row) && row.predicate_type == predicate::coverage && row.inputs_key == key;
    });
    if (is_same) kept_ += static_cast<std::size_t>(std::ranges::count_if(listed, is_ours));
    return is_same;
  }

  Status add_index() {
    TRY(const auto listed, table_.of(result_.index.digest));
    std::string key = inputs_.key(result_.index.digest, false, accepted_, kept_inputs_);
    if (is_current(listed, key)) return {};
    Statements statements(result_, result_.index, listed, inputs_.signer());
    statements.state(predicate::signature, Json::object());
    statements.state(predicate::provenance, provenance_predicate(result_.lock, request_.run));
    statements.state(predicate::lock, json_of(result_.lock));
    state_inputs(statements);
    subjects_.push_back(statements.finish(std::move(key)));
    return {};
  }

  Status add_platform(const BuiltPlatform& built) {
    const Descriptor& subject = built.image.manifest;
    TRY(const Platform here, Platform::of_this_machine());
    const bool with_tests = result_.trial && built.platform == here;
    TRY(const auto listed, table_.of(subject.digest));
    std::string key = inputs_.key(subject.digest, with_tests, accepted_, kept_inputs_);
    Statements statements(result_, subject, listed, inputs_.signer());
    if (is_current(listed, key)) {
      for (const auto type : may_be_missing) statements.leave_out(type, "nothing new; as it was before");
      coverage_ = statements.coverage();
      return {};
    }
    TRY_STATUS(state_all(statements, built, with_tests ? &*result_.trial : nullptr));
    coverage_ = statements.coverage();
    subjects_.push_back(statements.finish(std::move(key)));
    return {};
  }

  Status state_all(Statements& statements, const BuiltPlatform& built, const TrialReport* trial) {
    const Lock& lock = result_.lock;
    statements.state(predicate::signature, Json::object());
    statements.state(predicate::provenance, provenance_predicate(lock, request_.run));
    statements.state(predicate::lock, json_of(lock));
    statements.state(predicate::sources, sources_predicate(lock));
    state_inputs(statements);
    TRY_STATUS(state_changes(statements));
    TRY(const JudgedSubject judged, judge(built.platform));
    TRY_STATUS(state_sboms(statements, judged.facts, built.platform));
    statements.state(predicate::hardening, hardening_predicate(judged.report));
    statements.state(predicate::secrets, secrets_predicate(judged.report));
    state_holes(statements, judged, built.image.manifest);
    state_tests(statements, trial);
    return {};
  }

  // Only where somebody asked to keep them: they are no evidence that everybody misses.
  void state_inputs(Statements& statements) {
    if (!kept_inputs_) return;
    statements.state(predicate::inputs,
                     inputs_predicate(kept_inputs_->artifact.digest, kept_inputs_->contents));
  }

  Result<JudgedSubject> judge(Platform platform) {
    JudgeRequest request;
    request.image = result_.index.digest.text();
    request.platform = platform;
    return judge_subject(session_, request);
  }

  // Since the image that the first of the tags named before it came to this one.
  Status state_changes(Statements& statements) {
    TRY(TagStore tags, TagStore::open(store_));
    TRY(const auto moves, tags.history(result_.repository, result_.tags.front()));
    const auto came =
        std::ranges::find(moves.rbegin(), moves.rend(), result_.index.digest.text(), &TagMove::to);
    std::optional<Lock> before;
    std::string digest_before;
    if (came != moves.rend() && !came->from.empty()) {
      TRY(const Digest digest, Digest::parse(came->from));
      digest_before = digest.text();
      if (auto lock = lock_of_image(store_, digest)) before = *std::move(lock);
    }
    statements.state(predicate::changelog,
                     changelog_predicate(result_.lock, before ? &*before : nullptr, digest_before));
    return {};
  }

  Status state_sboms(Statements& statements, const Facts& facts, Platform platform) {
    TRY(const SbomExtras extras, extras_of(result_.lock, platform));
    for (const auto& [type, format] : {std::pair(predicate::spdx, SbomFormat::spdx),
                                       std::pair(predicate::cyclonedx, SbomFormat::cyclonedx)}) {
      TRY(Json document,
          parse_json(text_of_sbom(facts, format, extras), {.size_bytes = most_statement_bytes, .depth = 64}));
      statements.state(type, std::move(document));
    }
    return {};
  }

  void state_holes(Statements& statements, const JudgedSubject& judged, const Descriptor& subject) {
    const std::string why = !judged.scan ? "there is no feed of known holes: `hauberk feed add`" : "";
    if (!judged.scan) {
      statements.leave_out(predicate::vulns, why);
      statements.leave_out(predicate::vex, why);
      return;
    }
    const Time now = request_.run.finished;
    statements.state(predicate::vulns, vulnerabilities_predicate(*judged.scan, now));
    if (auto vex = vex_predicate(*judged.scan, product_purl(result_, subject), now)) {
      statements.state(predicate::vex, *std::move(vex));
    } else {
      statements.withdraw(predicate::vex, "no known hole is in the image");
    }
  }

  void state_tests(Statements& statements, const TrialReport* trial) {
    if (trial == nullptr) {
      return statements.leave_out(predicate::tests,
                                  "not run: `hauberk build --test` runs them, on this "
                                  "machine's platform");
    }
    auto tests = tests_predicate(*trial, Digest::of(text_of(result_.lock)));
    if (tests) return statements.state(predicate::tests, *std::move(tests));
    const auto skipped = std::ranges::find(trial->cases, TrialCase::Outcome::not_run, &TrialCase::outcome);
    const std::string why = skipped == trial->cases.end() ? "there are none" : skipped->why;
    statements.leave_out(predicate::tests, fmt::format("not all were run: {}", why));
  }

  Session& session_;
  Store& store_;
  const BuildResult& result_;
  const ProofRequest& request_;
  EvidenceTable table_;
  Inputs inputs_;
  std::string accepted_;
  std::optional<KeptInputs> kept_inputs_;
  std::optional<Signer> signer_;
  std::vector<SubjectStatements> subjects_;
  std::vector<CoverageRow> coverage_;
  std::size_t kept_ = 0;
};

}  // namespace

Result<bool> can_prove(const Store& store) { return KeyFolder(store).has_public(KeyName::build); }

Result<ProofOfBuild> prove_build(Session& session, Store& store, const BuildResult& result,
                                 const ProofRequest& request) {
  warn_if_not_believed(session, store, KeyName::build,
                       {result.repository, predicate::signature, request.run.finished});
  TRY(EvidenceTable table, EvidenceTable::open(store));
  TRY(Inputs inputs, Inputs::of(store, result, request.run));
  return Prover(session, store, result, request, std::move(table), std::move(inputs)).run();
}

}  // namespace hauberk
