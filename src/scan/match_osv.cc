// Packages against OSV's records, by ecosystem, name and version.
//
// Spec: the OSV schema, "Evaluation": affected if the version is listed, or lies in a range.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "scan/debian_release.h"
#include "scan/ecosystem.h"
#include "scan/match.h"

namespace hauberk {
namespace {

enum class Answer { no, yes, unknown };

struct Judgement {
  Answer answer = Answer::no;
  std::string_view fixed = {};  // of the range that it lies in
};

class OsvMatcher {
 public:
  OsvMatcher(const Advisories& advisories, const ScanOptions& options, Matches& matches)
      : advisories_(advisories), options_(options), matches_(matches) {}

  struct Target {
    Package::Kind kind;
    std::string ecosystem, name, version;
    std::vector<const Package*> packages;
    std::string via;
  };

  // `is_decided` is asked for each vulnerability that another feed may have judged.
  template <class IsDecided>
  void match(const Target& target, IsDecided is_decided) {
    const auto order = order_of_ecosystem(target.ecosystem);
    if (!order) return;
    const std::string name = normal_name(target.ecosystem, target.name);
    const std::string version = normal_version(target.ecosystem, target.version);
    std::map<std::uint32_t, Judgement> judged;
    for (const AffectedRecord& record : advisories_.affected(target.ecosystem, name)) {
      if (is_decided(record.vulnerability)) continue;
      merge(judged[record.vulnerability], judge(record, *order, version), *order);
    }
    for (const auto& [vulnerability, judgement] : judged) add(target, vulnerability, judgement);
    const bool any_unknown =
        std::ranges::any_of(judged, [](const auto& entry) { return entry.second.answer == Answer::unknown; });
    if (any_unknown) {
      matches_.not_judged.push_back(fmt::format("{}: its version \"{}\" cannot be compared", target.name,
                                                target.version));
    }
  }

 private:
  MaybeOrdering compare(const RangeRecord& range, VersionOrder order, std::string_view a,
                        std::string_view b) const {
    return compare_versions(range.is_semver != 0 ? VersionOrder::semver : order, a, b);
  }

  Answer in_range(const RangeRecord& range, VersionOrder order, std::string_view version) const {
    const std::string_view introduced = advisories_.text(range.introduced);
    if (!introduced.empty()) {
      const auto since = compare(range, order, version, introduced);
      if (!since) return Answer::unknown;
      if (*since < 0) return Answer::no;
    }
    if (range.end_kind == RangeEnd::none) return Answer::yes;
    const auto end = compare(range, order, version, advisories_.text(range.end));
    if (!end) return Answer::unknown;
    const bool inside = range.end_kind == RangeEnd::fixed ? *end < 0 : *end <= 0;
    return inside ? Answer::yes : Answer::no;
  }

  Judgement judge(const AffectedRecord& record, VersionOrder order, std::string_view version) const {
    Judgement judgement;
    for (const RangeRecord& range : advisories_.ranges(record.ranges)) {
      const Answer answer = in_range(range, order, version);
      if (answer == Answer::yes) {
        const bool has_fix = range.end_kind == RangeEnd::fixed;
        return {Answer::yes, has_fix ? advisories_.text(range.end) : std::string_view()};
      }
      if (answer == Answer::unknown) judgement.answer = Answer::unknown;
    }
    const auto listed = advisories_.refs(record.versions);
    const bool is_listed =
        std::ranges::any_of(listed, [&](TextRef ref) { return advisories_.text(ref) == version; });
    if (is_listed) return {Answer::yes, {}};
    // A version that no range can place, but that a whole list does not have, is not affected.
    if (judgement.answer == Answer::unknown && !listed.empty()) judgement.answer = Answer::no;
    return judgement;
  }

  // Two records of one vulnerability (GHSA and PYSEC, say): affected if either says so, mended when both are.
  void merge(Judgement& into, const Judgement& other, VersionOrder order) const {
    if (other.answer == Answer::no) return;
    if (other.answer == Answer::unknown) {
      if (into.answer == Answer::no) into.answer = Answer::unknown;
      return;
    }
    if (into.answer == Answer::yes && !into.fixed.empty() && !other.fixed.empty()) {
      const auto later = compare_versions(order, other.fixed, into.fixed);
      if (later && *later > 0) into.fixed = other.fixed;
    } else if (!other.fixed.empty()) {
      into.fixed = other.fixed;
    }
    into.answer = Answer::yes;
  }

  FixState state(const Target& target, std::string_view fixed) const {
    if (fixed.empty()) return FixState::open;
    if (target.kind != Package::Kind::deb) return FixState::fixed_elsewhere;
    DebianRecord row;
    row.status = DebianStatus::resolved;
    return debian_state(row, fixed, target.version,
                        {version_in(options_.available, target.name),
                         version_in(options_.proposed, target.name)});
  }

  void add(const Target& target, std::uint32_t vulnerability, const Judgement& judgement) {
    const bool affected = judgement.answer == Answer::yes;
    if (!affected && (judgement.answer == Answer::unknown || !options_.with_not_affected)) return;
    Match match;
    match.vulnerability = vulnerability;
    match.packages = target.packages;
    match.finding.kind = target.kind;
    match.finding.id = advisories_.text(advisories_.vulnerability(vulnerability).id);
    match.finding.source = target.name;
    match.finding.installed = target.version;
    match.finding.fixed_version = judgement.fixed;
    match.finding.via = target.via;
    match.finding.state = affected ? state(target, judgement.fixed) : FixState::not_affected;
    if (target.kind == Package::Kind::deb) {
      match.finding.available_version = version_in(options_.available, target.name);
    }
    matches_.found.push_back(std::move(match));
  }

  const Advisories& advisories_;
  const ScanOptions& options_;
  Matches& matches_;
};

// Those of an archive or file tree that stand in several places are one finding.
using Targets = std::map<std::tuple<Package::Kind, std::string, std::string>, OsvMatcher::Target>;

void add_target(Targets& targets, const Package& package, std::string ecosystem) {
  const bool is_apk = package.kind == Package::Kind::apk;
  const std::string name(is_apk ? source_of(package) : std::string_view(package.name));
  auto& target = targets[{package.kind, name, package.version}];
  target.kind = package.kind;
  target.ecosystem = std::move(ecosystem);
  target.name = name;
  target.version = package.version;
  target.packages.push_back(&package);
  if (package.kind == Package::Kind::golang && target.via.empty() && !package.record.empty()) {
    target.via = "Go build information of " + package.record;
  }
}

// Debs that OSV's Debian records speak of and the tracker's rows do not.
void match_debs(const Inventory& inventory, const Advisories& advisories, const ScanOptions& options,
                Matches& matches) {
  const std::string release = debian_codename(inventory.os);
  const std::string ecosystem = fmt::format("Debian:{}", number_of_debian(release));
  if (release.empty() || !advisories.knows_ecosystem(ecosystem)) return;
  OsvMatcher matcher(advisories, options, matches);
  for (const SourceGroup& group : deb_sources(inventory)) {
    if (matches.foreign.contains(group.source)) continue;
    const auto rows = advisories.debian_rows(release, group.source);
    matcher.match({Package::Kind::deb, ecosystem, group.source, group.version, group.packages, group.via},
                  [&](std::uint32_t vulnerability) {
                    return std::ranges::any_of(rows, [&](const DebianRecord& row) {
                      return row.vulnerability == vulnerability;
                    });
                  });
  }
}

}  // namespace

void match_osv(const Inventory& inventory, const Advisories& advisories, const ScanOptions& options,
               Matches& matches) {
  match_debs(inventory, advisories, options, matches);
  Targets targets;
  std::map<std::string, std::size_t> without_feed;
  std::size_t owned = 0;
  for (const Package& package : inventory.packages) {
    if (package.kind == Package::Kind::deb || package.kind == Package::Kind::other) continue;
    if (!is_in_place(package)) continue;
    if (!package.owner.empty()) {
      ++owned;
      continue;
    }
    std::string ecosystem = ecosystem_of(package, inventory.os);
    if (ecosystem.empty() || !advisories.knows_ecosystem(ecosystem)) {
      ++without_feed[ecosystem.empty() ? std::string(purl_type(package.kind)) : ecosystem];
    } else if (package.version.empty() || package.version == "(devel)") {
      matches.not_judged.push_back(package.name + ": its version is not known");
    } else {
      add_target(targets, package, std::move(ecosystem));
    }
  }
  for (const auto& [ecosystem, count] : without_feed) {
    matches.not_judged.push_back(fmt::format("{} package{} of {}: no feed speaks of them", count,
                                             count == 1 ? "" : "s", ecosystem));
  }
  if (owned > 0) {
    matches.notes
        .push_back(fmt::format("{} language package{} in files of distribution packages: judged as those",
                               owned, owned == 1 ? "" : "s"));
  }
  OsvMatcher matcher(advisories, options, matches);
  for (const auto& [key, target] : targets) {
    matcher.match(target, [](std::uint32_t) { return false; });
  }
}

}  // namespace hauberk
