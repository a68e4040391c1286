// Debs against the Debian security tracker: by release, source package and source version, and by nothing
// else.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "base/time.h"
#include "deb/version.h"
#include "scan/debian_release.h"
#include "scan/match.h"
#include "scan/third_party.h"

namespace hauberk {
namespace {

class DebianMatcher {
 public:
  DebianMatcher(const Inventory& inventory, std::string release, const Advisories& advisories,
                const ScanOptions& options, Matches& matches)
      : inventory_(inventory),
        release_(std::move(release)),
        advisories_(advisories),
        options_(options),
        matches_(matches),
        today_(to_rfc3339(from_unix(options.now)).substr(0, 10)) {}

  void run() {
    for (const SourceGroup& group : deb_sources(inventory_)) {
      const auto rows = advisories_.debian_rows(release_, group.source);
      if (!is_judged(group, rows)) continue;
      note_support(group);
      for (const DebianRecord& row : rows) match(group, row);
    }
  }

 private:
  std::string_view available(std::string_view source) const { return version_in(options_.available, source); }

  bool is_judged(const SourceGroup& group, std::span<const DebianRecord> rows) {
    if (group.version.empty()) {
      matches_.foreign.insert(group.source);
      matches_.not_judged.push_back(group.source + ": its record has no version");
      return false;
    }
    if (!group.via.empty()) return true;
    const std::string reason =
        third_party_reason(*group.packages.front(), known_versions(group.source, rows));
    if (reason.empty()) return true;
    matches_.foreign.insert(group.source);
    matches_.not_judged.push_back(fmt::format("{}: not Debian's own package: {}", group.source, reason));
    return false;
  }

  KnownVersions known_versions(std::string_view source, std::span<const DebianRecord> rows) const {
    KnownVersions known{.any = false, .always_revision = true, .available = available(source)};
    const auto look = [&known](std::string_view version) {
      if (version.empty() || version == "0") return;  // "0" is the tracker's word for "never affected"
      known.any = true;
      if (version.find('-') == std::string_view::npos) known.always_revision = false;
    };
    look(known.available);
    for (const DebianRecord& row : rows) look(advisories_.text(row.fixed_version));
    return known;
  }

  static bool covers(std::string_view pattern, std::string_view source) {
    if (pattern.ends_with(".*")) return source.starts_with(pattern.substr(0, pattern.size() - 2));
    return pattern == source;
  }

  void note_support(const SourceGroup& group) {
    ended_.clear();
    for (const SupportRecord& record : advisories_.support()) {
      const std::string_view release = advisories_.text(record.release);
      if (!release.empty() && release != release_) continue;
      if (!covers(advisories_.text(record.source), group.source)) continue;
      const std::string_view date = advisories_.text(record.date);
      const std::string_view details = advisories_.text(record.details);
      const std::string_view colon = details.empty() ? "" : ": ";
      if (record.kind == SupportKind::limited) {
        note(fmt::format("{}: limited security support by Debian{}{}", group.source, colon, details));
      } else if (date <= today_) {
        ended_ = fmt::format("security support ended on {}{}{}", date, colon, details);
        note(fmt::format("{}: {}", group.source, ended_));
      }
    }
    if (group.version.find("~bpo") != std::string::npos) {
      note(fmt::format("{}: {} is a backport, which Debian's security tracker does not follow", group.source,
                       group.version));
    }
  }

  void note(std::string text) {
    if (noted_.insert(text).second) matches_.notes.push_back(std::move(text));
  }

  void match(const SourceGroup& group, const DebianRecord& row) {
    const std::string_view fixed = advisories_.text(row.fixed_version);
    const std::string_view has = available(group.source);
    FixState state =
        debian_state(row, fixed, group.version, {has, version_in(options_.proposed, group.source)});
    if (state == FixState::not_affected && !options_.with_not_affected) return;
    std::string words(advisories_.text(row.nodsa));
    const bool has_no_fix = state == FixState::open || state == FixState::no_dsa ||
                            state == FixState::postponed || state == FixState::ignored;
    if (!ended_.empty() && has_no_fix) {
      state = FixState::end_of_life;
      words = ended_;
    }
    Match match;
    match.vulnerability = row.vulnerability;
    match.packages = group.packages;
    Finding& finding = match.finding;
    finding.id = advisories_.text(advisories_.vulnerability(row.vulnerability).id);
    finding.source = group.source;
    finding.installed = group.version;
    finding.fixed_version = fixed == "0" ? "" : fixed;
    finding.available_version = has;
    finding.state = state;
    finding.via = group.via;
    finding.note = std::move(words);
    set_urgency(row.urgency, finding);
    matches_.found.push_back(std::move(match));
  }

  static void set_urgency(Urgency urgency, Finding& finding) {
    switch (urgency) {
      case Urgency::unimportant: finding.severity = Severity::negligible; break;
      case Urgency::low: finding.severity = Severity::low; break;
      case Urgency::medium: finding.severity = Severity::medium; break;
      case Urgency::high: finding.severity = Severity::high; break;
      case Urgency::not_yet_assigned:
      case Urgency::end_of_life:
      case Urgency::other: return;
    }
    finding.severity_source = "debian urgency";
  }

  const Inventory& inventory_;
  std::string release_;
  const Advisories& advisories_;
  const ScanOptions& options_;
  Matches& matches_;
  std::string today_;
  std::string ended_;  // of the group at hand
  std::set<std::string> noted_;
};

}  // namespace

FixState debian_state(const DebianRecord& row, std::string_view fixed_version, std::string_view installed,
                      const ArchiveVersions& archive) {
  const auto reaches = [&](std::string_view version) {
    return !version.empty() && compare_versions(version, fixed_version) >= 0;
  };
  if (row.status == DebianStatus::undetermined) return FixState::undetermined;
  if (!fixed_version.empty()) {
    // "Resolved" speaks of the archive: whether this image is mended is a matter of versions. "0": never
    // affected.
    if (fixed_version == "0" || compare_versions(installed, fixed_version) >= 0)
      return FixState::not_affected;
    if (row.status == DebianStatus::resolved) {
      if (reaches(archive.available)) return FixState::fixed_available;
      const bool waits = row.next_point != 0 || reaches(archive.proposed);
      return waits ? FixState::fix_in_next_point : FixState::fixed_elsewhere;
    }
  }
  if (row.urgency == Urgency::end_of_life) return FixState::end_of_life;
  if (row.urgency == Urgency::unimportant) return FixState::unimportant;
  switch (row.nodsa_kind) {
    case NoDsa::no_dsa: return row.next_point != 0 ? FixState::fix_in_next_point : FixState::no_dsa;
    case NoDsa::postponed: return FixState::postponed;
    case NoDsa::ignored: return FixState::ignored;
    case NoDsa::none: break;
  }
  return row.next_point != 0 ? FixState::fix_in_next_point : FixState::open;
}

std::string_view version_in(const AvailableVersions* versions, std::string_view source) {
  if (versions == nullptr) return {};
  const auto found = versions->find(source);
  return found == versions->end() ? std::string_view() : found->second;
}

void match_debian(const Inventory& inventory, const Advisories& advisories, const ScanOptions& options,
                  Matches& matches) {
  const bool has_debs = std::ranges::any_of(inventory.packages, [](const Package& package) {
    return package.kind == Package::Kind::deb && is_in_place(package);
  });
  if (!has_debs) return;
  const std::string release = debian_codename(inventory.os);
  if (release.empty()) {
    matches.not_judged
        .push_back(inventory.os.id.empty() || inventory.os.id == "debian"
                       ? "debs: the image does not say which release of Debian it is"
                       : fmt::format("debs: the image is of {}, which Debian's data does not speak of",
                                     inventory.os.id));
    return;
  }
  const std::string osv = fmt::format("Debian:{}", number_of_debian(release));
  if (!advisories.knows_release(release) && !advisories.knows_ecosystem(osv)) {
    matches.not_judged.push_back(fmt::format("debs: no feed knows the release {} of Debian", release));
    return;
  }
  DebianMatcher(inventory, release, advisories, options, matches).run();
}

}  // namespace hauberk
