// SPDX-License-Identifier: Apache-2.0
#include "scan/explain.h"

#include <algorithm>
#include <set>

#include "scan/debian_release.h"
#include "scan/report.h"

namespace hauberk {
namespace {

const VulnerabilityRecord* by_any_name(const Advisories& advisories, std::string_view id) {
  if (const auto* found = advisories.find(id)) return found;
  for (const VulnerabilityRecord& record : advisories.vulnerabilities()) {
    for (const TextRef alias : advisories.refs(record.aliases)) {
      if (advisories.text(alias) == id) return &record;
    }
  }
  return nullptr;
}

std::string row_text(const Advisories& advisories, const DebianRecord& row) {
  const std::string_view fixed = advisories.text(row.fixed_version);
  std::string text;
  switch (row.status) {
    case DebianStatus::resolved:
      text = fixed == "0" ? "was never affected" : fmt::format("is fixed since version {}", fixed);
      break;
    case DebianStatus::open: text = "is open"; break;
    case DebianStatus::undetermined:
      text = "is undetermined: Debian does not know yet whether it is affected";
      break;
  }
  switch (row.nodsa_kind) {
    case NoDsa::no_dsa: text += "; no advisory is planned (no-dsa)"; break;
    case NoDsa::postponed: text += "; the fix is postponed to a later update"; break;
    case NoDsa::ignored: text += "; it will not be fixed (ignored)"; break;
    case NoDsa::none: break;
  }
  if (row.urgency == Urgency::unimportant) text += "; unimportant";
  if (row.urgency == Urgency::end_of_life)
    text += "; Debian no longer supports the package here (end of life)";
  if (const auto words = advisories.text(row.nodsa); !words.empty()) text += fmt::format(": \"{}\"", words);
  return text;
}

// What the tracker says of it, in this release and elsewhere.
void add_rows(const Advisories& advisories, std::uint32_t vulnerability, std::string_view release,
              std::vector<std::string>& steps) {
  for (const DebianKeyRecord& key : advisories.debian_keys()) {
    const std::string_view source = advisories.text(key.source);
    const std::string_view of = advisories.text(key.release);
    for (const DebianRecord& row : advisories.debian_rows(of, source)) {
      if (row.vulnerability != vulnerability) continue;
      steps.push_back(fmt::format("Debian's tracker: source package {} in {}{} {}.", source, of,
                                  of == release ? " (this image's release)" : "", row_text(advisories, row)));
    }
  }
}

void add_osv(const Advisories& advisories, std::uint32_t vulnerability, std::vector<std::string>& steps) {
  for (const PackageKeyRecord& key : advisories.package_keys()) {
    const auto name = advisories.text(key.name);
    const auto ecosystem = advisories.text(key.ecosystem);
    for (const AffectedRecord& record : advisories.affected(ecosystem, name)) {
      if (record.vulnerability != vulnerability) continue;
      for (const RangeRecord& range : advisories.ranges(record.ranges)) {
        const auto from = advisories.text(range.introduced);
        const auto end = advisories.text(range.end);
        steps.push_back(fmt::format("{}: {} of {}: from {}{}.", advisories.text(record.osv_id), name,
                                    ecosystem, from.empty() ? "the first version" : from,
                                    range.end_kind == RangeEnd::none ? " on, no fix is known"
                                    : range.end_kind == RangeEnd::fixed
                                        ? fmt::format(" until it was fixed in {}", end)
                                        : fmt::format(" up to and with {}", end)));
      }
    }
  }
}

std::string comparison_of(const Finding& finding) {
  if (finding.fixed_version.empty()) return {};
  const bool mended = finding.state == FixState::not_affected;
  return fmt::format(" Compared by source version: {} is {} {}.", finding.installed,
                     mended ? "at or above" : "below", finding.fixed_version);
}

std::string verdict_of(const Finding& finding) {
  if (finding.is_hidden()) {
    return fmt::format("hidden by a VEX statement of {}: {} {}", finding.vex->author,
                       name_of(finding.vex->status), finding.vex->justification);
  }
  switch (finding.state) {
    case FixState::fixed_available:
      return fmt::format("affected, and can be closed now: our index has {}", finding.available_version);
    case FixState::fixed_elsewhere: return "affected; a fix is known, but no index of ours has it";
    case FixState::fix_in_next_point: return "affected; the fix comes with the next point release";
    case FixState::not_affected: return "not affected";
    case FixState::undetermined: return "not determined yet";
    case FixState::unimportant: return "affected, but Debian calls it unimportant";
    case FixState::open:
    case FixState::no_dsa:
    case FixState::postponed:
    case FixState::ignored:
    case FixState::end_of_life: break;
  }
  return fmt::format("affected, without a fix ({})", name_of(finding.state));
}

void add_findings(const Explanation& explanation, std::vector<std::string>& steps) {
  for (const Finding& finding : explanation.findings) {
    steps.push_back(fmt::format("In this image: {} {} ({}{}{}).{}", finding.source, finding.installed,
                                fmt::join(finding.packages, ", "), finding.via.empty() ? "" : "; ",
                                finding.via, comparison_of(finding)));
    steps.push_back(fmt::format("Verdict: {}.", verdict_of(finding)));
  }
  if (explanation.findings.empty()) {
    steps.emplace_back("Verdict: not affected: none of the packages that the feeds name is in this image.");
  }
}

}  // namespace

Result<Explanation> explain(std::string_view id, const Inventory& inventory, const Advisories& advisories,
                            const ScanOptions& options) {
  const VulnerabilityRecord* record = by_any_name(advisories, id);
  if (record == nullptr) {
    return fail(ErrorKind::not_found, "cannot explain {}: no feed that we have knows it", id);
  }
  Explanation explanation;
  explanation.id = advisories.text(record->id);
  explanation.description = advisories.description(*record);
  for (const TextRef alias : advisories.refs(record->aliases))
    explanation.aliases.emplace_back(advisories.text(alias));
  const auto number = static_cast<std::uint32_t>(record - advisories.vulnerabilities().data());
  add_rows(advisories, number, debian_codename(inventory.os), explanation.steps);
  add_osv(advisories, number, explanation.steps);
  ScanOptions with_all = options;
  with_all.with_not_affected = true;
  ScanResult result = scan(inventory, advisories, with_all);
  std::ranges::copy_if(result.findings, std::back_inserter(explanation.findings),
                       [&](const Finding& finding) { return finding.id == explanation.id; });
  explanation.is_affected =
      std::ranges::any_of(explanation.findings, [](const Finding& f) { return counts(f); });
  add_findings(explanation, explanation.steps);
  for (const std::string& line : result.not_judged) explanation.steps.push_back("Not judged: " + line);
  return explanation;
}

}  // namespace hauberk
