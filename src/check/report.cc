// A report as text for people and as JSON, and the names of its words.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "base/terminal_text.h"
#include "check/check.h"

namespace hauberk {
namespace {

constexpr std::size_t shown_findings = 5;

// Worst first.
constexpr std::array order = {Outcome::fail,        Outcome::warn,           Outcome::accepted,
                              Outcome::not_checked, Outcome::not_applicable, Outcome::pass};

std::string_view label_of(const CheckResult& result) {
  switch (result.outcome) {
    case Outcome::fail: return "FAIL";
    case Outcome::warn: return result.level == CheckLevel::information ? "note" : "warn";
    case Outcome::accepted: return "accepted";
    case Outcome::not_checked: return "not checked";
    case Outcome::not_applicable: return "n/a";
    case Outcome::pass: return "pass";
  }
  return "";
}

// Paths and the like are an image's words: none of them may look like a line of ours.
std::string line_of(const std::string& words, std::size_t indent) {
  return wrapped(terminal_line(words), indent) + "\n";
}

std::string text_of(const CheckFinding& finding) {
  std::string text = line_of(fmt::format("      {}: {}", finding.path, finding.detail), 8);
  if (finding.is_accepted) {
    text += line_of(fmt::format("        accepted until {}: {}", finding.until, finding.reason), 10);
  } else if (!finding.until.empty()) {
    text += line_of(fmt::format("        no longer accepted, the acceptance ended on {}: {}", finding.until,
                                finding.reason),
                    10);
  }
  return text;
}

// The findings that still count come first, as they decide the outcome.
std::vector<const CheckFinding*> open_first(const CheckResult& result) {
  std::vector<const CheckFinding*> findings;
  for (const CheckFinding& finding : result.findings) findings.push_back(&finding);
  std::ranges::stable_sort(findings, {}, [](const CheckFinding* finding) {
    return std::pair(finding->is_accepted, finding->only_warns);
  });
  return findings;
}

std::string text_of(const CheckResult& result, bool all) {
  std::string text = fmt::format("{:<11} {}  {}\n", label_of(result), result.id, result.title);
  std::size_t shown = 0;
  for (const CheckFinding* finding : open_first(result)) {
    if (!all && shown == shown_findings) {
      text += fmt::format("      and {} more (--all shows them)\n", result.findings.size() - shown);
      break;
    }
    text += text_of(*finding);
    ++shown;
  }
  if (!result.note.empty()) text += line_of(fmt::format("      {}", result.note), 8);
  if (result.outcome == Outcome::fail || result.outcome == Outcome::warn) {
    text += line_of(fmt::format("    Why it matters: {}", result.why), 6);
    text += line_of(fmt::format("    To mend it: {}", result.mend), 6);
  }
  return text;
}

std::string counts_text(const Report& report) {
  auto counts = report.counts();
  std::vector<std::string> parts;
  for (const Outcome outcome : {Outcome::fail, Outcome::warn, Outcome::accepted, Outcome::not_checked,
                                Outcome::not_applicable, Outcome::pass}) {
    static constexpr std::array words = {"passed",   "failed",         "warned",
                                         "accepted", "not applicable", "not checked"};
    if (counts[outcome] > 0) {
      parts.push_back(fmt::format("{} {}", counts[outcome], words[static_cast<std::size_t>(outcome)]));
    }
  }
  return fmt::format("{} of {} checks", fmt::join(parts, ", "), report.results.size());
}

std::string next_step(const Report& report) {
  if (!report.passes()) {
    return "It does not pass. Mend what failed, or accept a finding with a reason and an end date\n"
           "(docs/checks.md), and check again.";
  }
  const bool any_warning = report.counts().contains(Outcome::warn);
  return any_warning ? "It passes. The warnings are worth a look." : "It passes.";
}

bool is_shown(Outcome outcome, bool all) {
  return all || (outcome != Outcome::pass && outcome != Outcome::not_applicable);
}

Json json_of(const CheckFinding& finding) {
  Json json = {{"path", finding.path},
               {"detail", finding.detail},
               {"accepted", finding.is_accepted},
               {"only_warns", finding.only_warns}};
  if (!finding.until.empty()) {
    json["reason"] = finding.reason;
    json["until"] = finding.until;
  }
  return json;
}

Json json_of(const CheckResult& result) {
  Json findings = Json::array();
  for (const CheckFinding& finding : result.findings) findings.push_back(json_of(finding));
  Json json = {{"id", result.id},
               {"level", name_of(result.level)},
               {"outcome", name_of(result.outcome)},
               {"title", result.title},
               {"why", result.why},
               {"mend", result.mend},
               {"also_known_as", result.also_known_as},
               {"findings", std::move(findings)}};
  if (!result.note.empty()) json["note"] = result.note;
  return json;
}

Json json_of(const Acceptance& acceptance) {
  return {{"check", acceptance.check},
          {"path", acceptance.path},
          {"reason", acceptance.reason},
          {"until", acceptance.until}};
}

}  // namespace

std::string_view name_of(CheckLevel level) {
  switch (level) {
    case CheckLevel::failure: return "failure";
    case CheckLevel::warning: return "warning";
    case CheckLevel::information: return "information";
  }
  return "";
}

std::string_view name_of(CheckProfile profile) {
  switch (profile) {
    case CheckProfile::runtime: return "runtime";
    case CheckProfile::dev: return "dev";
    case CheckProfile::app: return "app";
  }
  return "";
}

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::pass: return "pass";
    case Outcome::fail: return "fail";
    case Outcome::warn: return "warn";
    case Outcome::accepted: return "accepted";
    case Outcome::not_applicable: return "not applicable";
    case Outcome::not_checked: return "not checked";
  }
  return "";
}

Result<CheckProfile> parse_check_profile(std::string_view text) {
  for (const CheckProfile profile : {CheckProfile::runtime, CheckProfile::dev, CheckProfile::app}) {
    if (name_of(profile) == text) return profile;
  }
  return fail(ErrorKind::invalid_input, "there is no profile \"{}\"; there are: runtime, dev, app", text);
}

Json json_of(const Report& report) {
  Json results = Json::array(), unused = Json::array();
  for (const CheckResult& result : report.results) results.push_back(json_of(result));
  for (const Acceptance& acceptance : report.unused) unused.push_back(json_of(acceptance));
  Json counts = Json::object();
  for (const Outcome outcome : order) counts[std::string(name_of(outcome))] = 0;
  for (const auto& [outcome, number] : report.counts()) counts[std::string(name_of(outcome))] = number;
  return {{"name", report.name},           {"profile", name_of(report.profile)},
          {"passes", report.passes()},     {"counts", std::move(counts)},
          {"results", std::move(results)}, {"unused_acceptances", std::move(unused)}};
}

std::string text_of(const Report& report, bool all) {
  std::string text = fmt::format("{}, judged as {}\n\n", terminal_line(report.name),
                                 report.profile == CheckProfile::runtime ? "an image to run (runtime)"
                                 : report.profile == CheckProfile::dev   ? "an image to build in (dev)"
                                                                         : "an app on a known base (app)");
  for (const Outcome outcome : order) {
    for (const CheckResult& result : report.results) {
      if (result.outcome == outcome && is_shown(outcome, all)) text += text_of(result, all) + "\n";
    }
  }
  for (const Acceptance& acceptance : report.unused) {
    text += fmt::format("The acceptance of {}{}{} meets no finding, and can be removed.\n", acceptance.check,
                        acceptance.path.empty() ? "" : " at ", acceptance.path);
  }
  return text + fmt::format("{}.\n{}\n", counts_text(report), next_step(report));
}

}  // namespace hauberk
