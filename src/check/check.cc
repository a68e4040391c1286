// Runs the table over an image: what an app's base is to blame for, what was accepted, and the outcome.
//
// SPDX-License-Identifier: Apache-2.0
#include "check/check.h"

#include <algorithm>
#include <set>

#include "base/fields.h"
#include "check/table.h"

namespace hauberk {
namespace {

constexpr std::string_view not_of_dev = "an image to build in is meant to have it";

// A finding of the base is not the app's, unless the app changed the very file.
bool is_of_base(const CheckContext& context, const std::vector<CheckFinding>& of_base,
                const CheckFinding& finding) {
  if (std::ranges::find(of_base, finding) == of_base.end()) return false;
  const File* file = context.root().find(finding.path);
  return file == nullptr || context.is_of_base(*file);
}

class Judgement {
 public:
  Judgement(const CheckInput& input, CheckContext& context, CheckContext* base)
      : input_(input), context_(context), base_(base) {}

  CheckResult result_of(const CheckRow& row) {
    CheckResult result = described(row);
    const auto level = input_.profile == CheckProfile::dev ? row.dev : std::optional(row.level);
    if (!level) {
      result.outcome = Outcome::not_applicable;
      result.note = not_of_dev;
      return result;
    }
    result.level = *level;
    CheckAnswer answer = row.judge(context_);
    if (base_ != nullptr) leave_out_base(row, answer);
    result.note = std::move(answer.note);
    result.findings = std::move(answer.findings);
    accept(result);
    std::ranges::stable_sort(result.findings, {}, &CheckFinding::path);
    result.outcome = outcome_of(answer.kind, result);
    return result;
  }

  std::vector<Acceptance> unused() const {
    std::vector<Acceptance> unused;
    for (std::size_t i = 0; i < input_.acceptances.size(); ++i) {
      if (!used_.contains(i)) unused.push_back(input_.acceptances[i]);
    }
    return unused;
  }

 private:
  static CheckResult described(const CheckRow& row) {
    CheckResult result;
    result.id = row.id;
    result.title = row.title;
    result.why = row.why;
    result.mend = row.mend;
    for (std::string_view id : split(row.also_known_as, ',')) {
      result.also_known_as.emplace_back(id.substr(id.find_first_not_of(' ')));
    }
    return result;
  }

  void leave_out_base(const CheckRow& row, CheckAnswer& answer) {
    if (answer.findings.empty()) return;
    const CheckAnswer of_base = row.judge(*base_);
    std::erase_if(answer.findings, [&](const CheckFinding& finding) {
      return is_of_base(context_, of_base.findings, finding);
    });
  }

  void accept(CheckResult& result) {
    for (CheckFinding& finding : result.findings) {
      for (std::size_t i = 0; i < input_.acceptances.size() && !finding.is_accepted; ++i) {
        const Acceptance& acceptance = input_.acceptances[i];
        if (acceptance.check != result.id) continue;
        if (!acceptance.path.empty() && !pattern_fits(acceptance.path, finding.path)) continue;
        used_.insert(i);
        finding.is_accepted = !has_ended(acceptance, input_.now);
        finding.reason = acceptance.reason;
        finding.until = acceptance.until;
      }
    }
  }

  static Outcome outcome_of(CheckAnswer::Kind kind, const CheckResult& result) {
    if (kind == CheckAnswer::Kind::not_applicable) return Outcome::not_applicable;
    if (kind == CheckAnswer::Kind::not_checked) return Outcome::not_checked;
    if (result.findings.empty()) return Outcome::pass;
    bool any_open = false, any_fails = false;
    for (const CheckFinding& finding : result.findings) {
      any_open |= !finding.is_accepted;
      any_fails |= !finding.is_accepted && !finding.only_warns && result.level == CheckLevel::failure;
    }
    return any_fails ? Outcome::fail : any_open ? Outcome::warn : Outcome::accepted;
  }

  const CheckInput& input_;
  CheckContext& context_;
  CheckContext* base_;
  std::set<std::size_t> used_ = {};
};

}  // namespace

bool Report::passes() const {
  return std::ranges::none_of(results,
                              [](const CheckResult& result) { return result.outcome == Outcome::fail; });
}

std::map<Outcome, std::size_t> Report::counts() const {
  std::map<Outcome, std::size_t> counts;
  for (const CheckResult& result : results) ++counts[result.outcome];
  return counts;
}

Report check_image(const CheckInput& input) {
  const bool has_base = input.profile == CheckProfile::app && input.base != nullptr;
  std::optional<CheckContext> base;
  const CheckInput base_input{.facts = has_base ? *input.base : input.facts,
                              .now = input.now,
                              .writable_paths = input.writable_paths,
                              .package_origins = input.package_origins,
                              .end_of_life = input.end_of_life,
                              .ended_packages = input.ended_packages};
  if (has_base) base.emplace(base_input, nullptr);
  CheckContext context(input, has_base ? &*base : nullptr);
  Judgement judgement(input, context, has_base ? &*base : nullptr);
  Report report{.name = input.facts.name, .profile = input.profile};
  for (const CheckRow& row : check_table()) report.results.push_back(judgement.result_of(row));
  report.unused = judgement.unused();
  return report;
}

}  // namespace hauberk
