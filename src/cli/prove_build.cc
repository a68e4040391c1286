// SPDX-License-Identifier: Apache-2.0
#include "cli/prove_build.h"

#include <algorithm>

#include "attest/predicate.h"
#include "cli/judge_subject.h"
#include "cli/sbom_extras.h"
#include "facts/purl.h"
#include "io/clock.h"
#include "sbom/sbom.h"
#include "scan/feed_store.h"

namespace hauberk {
namespace {

constexpr int statements_version = 1;  // what changes what is stated changes this

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
    return Inputs(std::move(all));
  }

  std::string key(const Digest& subject, bool with_tests, const std::string& accepted) const {
    Json all = all_;
    all["subject"] = subject.text();
    all["tests"] = with_tests;
    all["accepted"] = accepted;
    return Digest::of(canonical_json(all)).hex();
  }

 private:
  explicit Inputs(Json all) : all_(std::move(all)) {}
  Json all_;
};

// What is stated of one platform's image.
class Statements {
 public:
  Statements(const BuildResult& result, const Descriptor& subject, const std::vector<EvidenceRow>& listed)
      : result_(result), subject_(subject), listed_(listed) {}

  void state(std::string_view type, Json predicate) {
    list_.push_back({{{result_.repository, subject_.digest}}, std::string(type), std::move(predicate)});
    cover(type, {});
  }

  // It may have been stated before, by an earlier build; then it still holds.
  void leave_out(std::string_view type, std::string why) {
    cover(type, is_listed(type) ? "" : std::move(why));
  }

  bool is_listed(std::string_view type) const {
    return std::ranges::any_of(listed_, [&](const EvidenceRow& row) {
      return row.form == EvidenceForm::bundle && row.predicate_type == type;
    });
  }

  const std::vector<CoverageRow>& coverage() const { return coverage_; }

  std::vector<Statement> finish() {
    state(predicate::coverage, coverage_predicate(coverage_));
    return std::move(list_);
  }

 private:
  void cover(std::string_view type, std::string why) {
    if (type == predicate::coverage) return;
    coverage_.push_back({std::string(short_name_of(type)), why.empty(), std::move(why)});
  }

  const BuildResult& result_;
  const Descriptor& subject_;
  const std::vector<EvidenceRow>& listed_;
  std::vector<Statement> list_;
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
    TRY(accepted_, accepted_text());
    TRY_STATUS(add_index());
    for (const BuiltPlatform& built : result_.platforms) {
      TRY_STATUS(add_platform(built));
    }
    AttachOptions options{repository, KeyName::build, request_.run.finished};
    ProofOfBuild proof;
    TRY(proof.attached, attach_evidence(store_, table_, [this] { return signer(); }, subjects_, options));
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

  Result<std::string> accepted_text() const {
    const auto text =
        store_.dir().read_file(fmt::format("locks/{}.accepted.yaml", result_.index.digest.hex()), 1 << 20);
    if (text) return Digest::of(*text).hex();
    if (text.error().kind == ErrorKind::not_found) return std::string();
    return std::unexpected(text.error());
  }

  // Whether all that there is to state was stated from the very same.
  bool is_current(const std::vector<EvidenceRow>& listed, const std::string& key) {
    std::size_t current = 0, ours = 0;
    for (const EvidenceRow& row : listed) {
      if (row.form != EvidenceForm::bundle || row.inputs_key.empty()) continue;
      ++ours;
      if (row.inputs_key == key) ++current;
    }
    if (current == 0 || current < ours) return false;
    kept_ += current;
    return true;
  }

  Status add_index() {
    TRY(const auto listed, table_.of(result_.index.digest));
    std::string key = inputs_.key(result_.index.digest, false, accepted_);
    if (is_current(listed, key)) return {};
    Statements statements(result_, result_.index, listed);
    statements.state(predicate::signature, Json::object());
    statements.state(predicate::provenance, provenance_predicate(result_.lock, request_.run));
    statements.state(predicate::lock, json_of(result_.lock));
    subjects_.push_back({result_.index, statements.finish(), std::move(key)});
    return {};
  }

  Status add_platform(const BuiltPlatform& built) {
    const Descriptor& subject = built.image.manifest;
    TRY(const Platform here, Platform::of_this_machine());
    const bool with_tests = result_.trial && built.platform == here;
    TRY(const auto listed, table_.of(subject.digest));
    std::string key = inputs_.key(subject.digest, with_tests, accepted_);
    if (is_current(listed, key)) return {};
    Statements statements(result_, subject, listed);
    TRY_STATUS(state_all(statements, built, with_tests ? &*result_.trial : nullptr));
    coverage_ = statements.coverage();
    subjects_.push_back({subject, statements.finish(), std::move(key)});
    return {};
  }

  Status state_all(Statements& statements, const BuiltPlatform& built, const TrialReport* trial) {
    const Lock& lock = result_.lock;
    statements.state(predicate::signature, Json::object());
    statements.state(predicate::provenance, provenance_predicate(lock, request_.run));
    statements.state(predicate::lock, json_of(lock));
    statements.state(predicate::sources, sources_predicate(lock));
    TRY_STATUS(state_changes(statements));
    TRY(const JudgedSubject judged, judge(built.platform));
    TRY_STATUS(state_sboms(statements, judged.facts, built.platform));
    statements.state(predicate::hardening, hardening_predicate(judged.report));
    statements.state(predicate::secrets, secrets_predicate(judged.report));
    state_holes(statements, judged, built.image.manifest);
    state_tests(statements, trial);
    return {};
  }

  Result<JudgedSubject> judge(Platform platform) {
    JudgeRequest request;
    request.image = result_.index.digest.text();
    request.platform = platform;
    return judge_subject(session_, request);
  }

  // Said once: later builds of the same image change nothing.
  Status state_changes(Statements& statements) {
    if (statements.is_listed(predicate::changelog)) {
      statements.leave_out(predicate::changelog, {});
      return {};
    }
    const auto moved = std::ranges::find_if(result_.moved, [&](const TagMove& move) {
      return move.from != result_.index.digest.text();
    });
    std::optional<Lock> before;
    std::string digest_before;
    if (moved != result_.moved.end()) {
      TRY(const Digest digest, Digest::parse(moved->from));
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
      statements.leave_out(predicate::vex, "no known hole is in the image");
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
  std::optional<Signer> signer_;
  std::vector<SubjectStatements> subjects_;
  std::vector<CoverageRow> coverage_;
  std::size_t kept_ = 0;
};

}  // namespace

Result<bool> can_prove(const Store& store) { return KeyFolder(store).has_public(KeyName::build); }

Result<ProofOfBuild> prove_build(Session& session, Store& store, const BuildResult& result,
                                 const ProofRequest& request) {
  TRY(EvidenceTable table, EvidenceTable::open(store));
  TRY(Inputs inputs, Inputs::of(store, result, request.run));
  return Prover(session, store, result, request, std::move(table), std::move(inputs)).run();
}

}  // namespace hauberk
