// Reports as evidence: tests, hardening, secrets, and what was not looked at.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "prove/predicates.h"

namespace hauberk {
namespace {

bool is_about_secrets(const CheckResult& result) { return result.id.starts_with("SEC-"); }

Json finding_json(const CheckFinding& finding) {
  Json value = {{"path", finding.path}, {"detail", finding.detail}};
  if (finding.is_accepted) {
    value["accepted"] = {{"reason", finding.reason}, {"until", finding.until}};
  }
  return value;
}

Json result_json(const CheckResult& result) {
  Json findings = Json::array();
  for (const CheckFinding& finding : result.findings) findings.push_back(finding_json(finding));
  Json value = {{"id", result.id},
                {"level", name_of(result.level)},
                {"outcome", name_of(result.outcome)},
                {"title", result.title},
                {"findings", std::move(findings)}};
  if (!result.note.empty()) value["note"] = result.note;
  return value;
}

// The results that `wanted` picks, and how many there are of each outcome.
template <class Wanted>
Json part_of(const Report& report, const Wanted& wanted) {
  Json results = Json::array();
  std::map<std::string, int> counts;
  bool passes = true;
  for (const CheckResult& result : report.results) {
    if (!wanted(result)) continue;
    results.push_back(result_json(result));
    ++counts[std::string(name_of(result.outcome))];
    passes = passes && result.outcome != Outcome::fail;
  }
  return {{"profile", name_of(report.profile)},
          {"passes", passes},
          {"counts", counts},
          {"results", std::move(results)}};
}

std::vector<std::string> names_of(const TrialReport& trial, TrialCase::Outcome outcome) {
  std::vector<std::string> names;
  for (const TrialCase& one : trial.cases) {
    if (one.outcome == outcome) names.push_back(one.name);
  }
  return names;
}

}  // namespace

std::optional<Json> tests_predicate(const TrialReport& trial, const Digest& lock) {
  const auto passed = names_of(trial, TrialCase::Outcome::passed);
  const auto failed = names_of(trial, TrialCase::Outcome::failed);
  const auto not_run = names_of(trial, TrialCase::Outcome::not_run);
  // A test that was not run is no pass, and the predicate has no word for it ("WARNED" is a pass with
  // warnings): then only a failure can be stated.
  if (failed.empty() && (passed.empty() || !not_run.empty())) return std::nullopt;
  return Json{{"result", failed.empty() ? "PASSED" : "FAILED"},
              {"configuration", Json::array({{{"name", "lock"},
                                              {"digest", {{std::string(lock.algorithm_name()), lock.hex()}}},
                                              {"annotations", {{"runtime", trial.runtime}}}}})},
              {"passedTests", passed},
              {"warnedTests", Json::array()},
              {"failedTests", failed}};
}

Json hardening_predicate(const Report& report) {
  return part_of(report, [](const CheckResult& result) { return !is_about_secrets(result); });
}

Json secrets_predicate(const Report& report) { return part_of(report, is_about_secrets); }

Json coverage_predicate(std::vector<CoverageRow> rows) {
  std::ranges::sort(rows, {}, &CoverageRow::what);
  Json list = Json::array();
  for (const CoverageRow& row : rows) {
    Json value = {{"what", row.what}, {"present", row.is_there}};
    if (!row.why.empty()) value["why"] = row.why;
    list.push_back(std::move(value));
  }
  return {{"evidence", std::move(list)}};
}

}  // namespace hauberk
