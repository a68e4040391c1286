// The report of a trial, as a value, as JSON and as text. See trial.h.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "trial/trial.h"

namespace hauberk {
namespace {

// The reason below its test, whose output may have many lines.
std::string indented(std::string_view text) {
  constexpr std::string_view margin = "           ";
  std::string result(margin);
  for (const char c : text) {
    result += c;
    if (c == '\n') result += margin;
  }
  return result + '\n';
}

std::string_view name_of(TrialCase::Outcome outcome) {
  switch (outcome) {
    case TrialCase::Outcome::passed: return "passed";
    case TrialCase::Outcome::failed: return "failed";
    case TrialCase::Outcome::not_run: return "not_run";
  }
  return "";
}

}  // namespace

bool TrialReport::passed() const {
  return std::ranges::all_of(cases,
                             [](const auto& one) { return one.outcome == TrialCase::Outcome::passed; });
}

bool TrialReport::failed() const {
  return std::ranges::any_of(cases,
                             [](const auto& one) { return one.outcome == TrialCase::Outcome::failed; });
}

Json json_of(const TrialReport& report) {
  Json cases = Json::array();
  for (const auto& one : report.cases) {
    cases.push_back(Json{{"name", one.name},
                         {"outcome", name_of(one.outcome)},
                         {"why", one.why},
                         {"duration_ms", one.duration_ms}});
  }
  return Json{{"passed", report.passed()}, {"runtime", report.runtime}, {"cases", std::move(cases)}};
}

std::string print_report(const TrialReport& report) {
  std::string text = report.runtime.empty() ? "tests:\n" : fmt::format("tests, run by {}:\n", report.runtime);
  for (const auto& one : report.cases) {
    const std::string_view outcome = one.outcome == TrialCase::Outcome::passed   ? "passed "
                                     : one.outcome == TrialCase::Outcome::failed ? "FAILED "
                                                                                 : "not run";
    text +=
        fmt::format("  {}  {}  ({:.1f} s)\n", outcome, one.name, static_cast<double>(one.duration_ms) / 1000);
    if (!one.why.empty()) text += indented(one.why);
  }
  return text;
}

}  // namespace hauberk
