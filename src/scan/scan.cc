// SPDX-License-Identifier: Apache-2.0
#include "scan/scan.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "base/time.h"
#include "scan/debian_release.h"
#include "scan/match.h"

namespace hauberk {
namespace {

constexpr std::array<std::string_view, 6> severity_names = {"unknown", "negligible", "low",
                                                            "medium",  "high",       "critical"};

std::string score_source(const Advisories& advisories, const VulnerabilityRecord& record) {
  std::string_view kind;
  switch (record.score_source) {
    case ScoreSource::cvss2: kind = "cvss 2.0"; break;
    case ScoreSource::cvss30: kind = "cvss 3.0"; break;
    case ScoreSource::cvss31: kind = "cvss 3.1"; break;
    case ScoreSource::cvss40_label: kind = "label beside cvss 4.0"; break;
    case ScoreSource::label: kind = "label"; break;
    case ScoreSource::none: return {};
  }
  const auto feeds = advisories.feeds();
  const std::string_view feed =
      record.feed < feeds.size() ? advisories.text(feeds[record.feed].name) : std::string_view("a feed");
  return fmt::format("{} of {}", kind, feed);
}

// What the source of the vulnerability itself says goes before a score that others give.
void set_severity(const Advisories& advisories, const VulnerabilityRecord& record, Finding& finding) {
  if (!finding.severity_source.empty() || record.score_source == ScoreSource::none) return;
  if (record.severity >= severity_names.size()) return;
  finding.severity = static_cast<Severity>(record.severity);
  finding.severity_source = score_source(advisories, record);
}

void set_rank(const Advisories& advisories, Finding& finding) {
  const auto look = [&](std::string_view id) {
    if (advisories.known_exploited(id) != nullptr) finding.is_known_exploited = true;
    if (!finding.epss) finding.epss = advisories.epss(id);
  };
  look(finding.id);
  for (const std::string& alias : finding.aliases) look(alias);
}

void fill(const Advisories& advisories, Match& match) {
  Finding& finding = match.finding;
  const VulnerabilityRecord& record = advisories.vulnerability(match.vulnerability);
  finding.description = advisories.description(record);
  for (const TextRef alias : advisories.refs(record.aliases)) {
    finding.aliases.emplace_back(advisories.text(alias));
  }
  for (const Package* package : match.packages) finding.packages.push_back(package->name);
  std::ranges::sort(finding.packages);
  const auto twice = std::ranges::unique(finding.packages);
  finding.packages.erase(twice.begin(), twice.end());
  set_severity(advisories, record, finding);
  set_rank(advisories, finding);
}

void apply_vex(const Inventory& inventory, const ScanOptions& options, Match& match) {
  if (options.vex == nullptr || options.vex->empty()) return;
  std::vector<std::string> ids = {match.finding.id};
  ids.insert(ids.end(), match.finding.aliases.begin(), match.finding.aliases.end());
  const std::string codename = debian_codename(inventory.os);
  match.finding.vex = options.vex->verdict(ids, {.image_names = options.image_names,
                                                 .distro = inventory.os.id,
                                                 .distro_version = inventory.os.version_id,
                                                 .distro_codename = codename,
                                                 .packages = match.packages});
}

auto order_of(const Finding& finding) {
  return std::tuple(finding.is_hidden(), !finding.is_known_exploited, -static_cast<int>(finding.severity),
                    -finding.epss.value_or(0), std::string_view(finding.source), std::string_view(finding.id),
                    std::string_view(finding.installed), finding.kind);
}

std::vector<FeedUse> feeds_of(const Advisories& advisories, std::int64_t now) {
  std::vector<FeedUse> uses;
  for (const FeedRecord& feed : advisories.feeds()) {
    FeedUse use{std::string(advisories.text(feed.name)), std::string(advisories.text(feed.digest)),
                std::string(advisories.text(feed.date)), false};
    const auto date = parse_rfc3339(use.date);
    use.is_stale = !date || now - to_unix(*date) > feed.max_age_seconds;
    uses.push_back(std::move(use));
  }
  std::ranges::sort(uses, {}, &FeedUse::name);
  return uses;
}

void sort_unique(std::vector<std::string>& lines) {
  std::ranges::sort(lines);
  const auto twice = std::ranges::unique(lines);
  lines.erase(twice.begin(), twice.end());
}

// Silence would look like an image without holes.
void note_absent(const Inventory& inventory, Matches& matches) {
  const bool has_system = std::ranges::any_of(inventory.packages, [](const Package& package) {
    return package.kind == Package::Kind::deb || package.kind == Package::Kind::apk;
  });
  if (has_system) return;
  if (!inventory.os.id.empty()) {
    const std::string& name = inventory.os.pretty_name.empty() ? inventory.os.id : inventory.os.pretty_name;
    matches.not_judged.push_back(fmt::format(
        "the packages of {}: no record says which are here, so no hole of theirs can be found", name));
  } else if (inventory.packages.empty()) {
    matches.not_judged.emplace_back("everything: no record says which packages are here");
  }
}

void note_unfinished(const Inventory& inventory, Matches& matches) {
  for (const Package& package : inventory.packages) {
    if (package.state == Package::State::half_installed) {
      matches.not_judged.push_back(package.name + ": only half of it is installed");
    } else if (package.state == Package::State::unknown) {
      matches.not_judged.push_back(package.name + ": its record does not say whether it is installed");
    }
  }
}

}  // namespace

std::string_view name_of(FixState state) {
  switch (state) {
    case FixState::fixed_available: return "fixed and available";
    case FixState::fix_in_next_point: return "fix in the next point release";
    case FixState::fixed_elsewhere: return "fixed elsewhere";
    case FixState::open: return "open";
    case FixState::no_dsa: return "no-dsa";
    case FixState::postponed: return "postponed";
    case FixState::ignored: return "ignored";
    case FixState::end_of_life: return "end of life";
    case FixState::undetermined: return "undetermined";
    case FixState::not_affected: return "not affected";
    case FixState::unimportant: return "unimportant";
  }
  return "open";
}

std::string_view name_of(Severity severity) { return severity_names[static_cast<std::size_t>(severity)]; }

Result<Severity> parse_severity(std::string_view text) {
  const auto found = std::ranges::find(severity_names, text);
  if (found == severity_names.end()) {
    return fail(ErrorKind::invalid_input, "\"{}\" is no severity; there are {}", text,
                fmt::join(severity_names, ", "));
  }
  return static_cast<Severity>(found - severity_names.begin());
}

bool counts(const Finding& finding) {
  return !finding.is_hidden() && finding.state != FixState::undetermined &&
         finding.state != FixState::not_affected && finding.state != FixState::unimportant;
}

ScanResult scan(const Inventory& inventory, const Advisories& advisories, const ScanOptions& options) {
  Matches matches;
  match_debian(inventory, advisories, options, matches);
  match_osv(inventory, advisories, options, matches);
  note_absent(inventory, matches);
  note_unfinished(inventory, matches);
  ScanResult result;
  result.name = inventory.name;
  result.os = inventory.os;
  std::vector<Finding*> order;
  order.reserve(matches.found.size());
  for (Match& match : matches.found) {
    fill(advisories, match);
    apply_vex(inventory, options, match);
    order.push_back(&match.finding);
  }
  // A finding is large: what is sorted are the places.
  std::ranges::sort(order, [](const Finding* a, const Finding* b) { return order_of(*a) < order_of(*b); });
  result.findings.reserve(order.size());
  for (Finding* finding : order) result.findings.push_back(std::move(*finding));
  result.feeds = feeds_of(advisories, options.now);
  result.not_judged = std::move(matches.not_judged);
  result.notes = std::move(matches.notes);
  sort_unique(result.not_judged);
  sort_unique(result.notes);
  if (const std::string release = debian_codename(inventory.os); !release.empty()) {
    result.end_of_life = debian_end_of_life(release, options.now);
  }
  return result;
}

}  // namespace hauberk
