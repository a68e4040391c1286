// SPDX-License-Identifier: Apache-2.0
#include "scan/feed_changes.h"

#include <algorithm>

#include "deb/version.h"
#include "scan/ecosystem.h"

namespace hauberk {
namespace {

class Comparer {
 public:
  Comparer(const Advisories& before, const Advisories& after) : before_(before), after_(after) {}

  std::vector<std::string> run() {
    for (const DebianKeyRecord& key : before_.debian_keys()) compare_source(key);
    for (const PackageKeyRecord& key : before_.package_keys()) compare_package(key);
    for (const KevRecord& entry : before_.kev()) {
      const std::string_view id = before_.text(entry.id);
      if (after_.known_exploited(id) == nullptr) {
        lines_.push_back(fmt::format("{}: was known to be exploited, now is gone from the list", id));
      }
    }
    std::ranges::sort(lines_);
    return std::move(lines_);
  }

 private:
  std::string_view id(const Advisories& advisories, std::uint32_t vulnerability) const {
    return advisories.text(advisories.vulnerability(vulnerability).id);
  }

  static bool is_acted_on(const DebianRecord& row, std::string_view fixed) {
    return fixed != "0" && row.status != DebianStatus::undetermined && row.urgency != Urgency::unimportant;
  }

  void compare_source(const DebianKeyRecord& key) {
    const std::string_view release = before_.text(key.release);
    const std::string_view source = before_.text(key.source);
    const auto now = after_.debian_rows(release, source);
    for (const DebianRecord& old : before_.debian_rows(release, source)) {
      if (!is_acted_on(old, before_.text(old.fixed_version))) continue;
      const std::string_view name = id(before_, old.vulnerability);
      const auto same = std::ranges::lower_bound(now, name, {}, [&](const DebianRecord& row) {
        return id(after_, row.vulnerability);
      });
      const bool there = same != now.end() && id(after_, same->vulnerability) == name;
      const std::string change = there ? change_of(old, *same) : "now is gone";
      if (change.empty()) continue;
      lines_.push_back(fmt::format("{} in {}: {}: was {}, {}", source, release, name, words(before_, old),
                                   change));
    }
  }

  std::string words(const Advisories& advisories, const DebianRecord& row) const {
    if (row.status != DebianStatus::resolved) return "open";
    return fmt::format("fixed in {}", advisories.text(row.fixed_version));
  }

  // Why the new row is less than the old one; empty if it is not.
  std::string change_of(const DebianRecord& old, const DebianRecord& now) const {
    const std::string_view fixed = after_.text(now.fixed_version);
    if (fixed == "0") return "now is not affected";
    if (now.status == DebianStatus::undetermined) return "now is undetermined";
    if (now.urgency == Urgency::unimportant) return "now is unimportant";
    if (now.status != DebianStatus::resolved) return {};
    if (old.status == DebianStatus::resolved) {
      const bool earlier = compare_versions(fixed, before_.text(old.fixed_version)) < 0;
      return earlier ? fmt::format("now is fixed in the earlier {}", fixed) : std::string();
    }
    const std::string_view in_archive = after_.text(now.archive_version);
    if (in_archive.empty() || compare_versions(in_archive, fixed) < 0) {
      return fmt::format("now is fixed in {}, which is not known to be in the archive", fixed);
    }
    const std::string_view was_in_archive = before_.text(old.archive_version);
    if (!was_in_archive.empty() && compare_versions(was_in_archive, fixed) >= 0) {
      return fmt::format("now is fixed in {}, which was in the archive before", fixed);
    }
    return {};
  }

  void compare_package(const PackageKeyRecord& key) {
    const std::string_view ecosystem = before_.text(key.ecosystem);
    const std::string_view name = before_.text(key.name);
    const auto now = after_.affected(ecosystem, name);
    for (const AffectedRecord& old : before_.affected(ecosystem, name)) {
      const std::string_view record = before_.text(old.osv_id);
      std::vector<const AffectedRecord*> same;
      for (const AffectedRecord& row : now) {
        if (after_.text(row.osv_id) == record) same.push_back(&row);
      }
      const std::string change = same.empty()                   ? "is gone or withdrawn"
                                 : covers(ecosystem, old, same) ? ""
                                                                : "covers fewer versions";
      if (!change.empty())
        lines_.push_back(fmt::format("{} of {}: {}: now {}", name, ecosystem, record, change));
    }
  }

  bool covers(std::string_view ecosystem, const AffectedRecord& old,
              const std::vector<const AffectedRecord*>& now) const {
    const VersionOrder order = order_of_ecosystem(ecosystem).value_or(VersionOrder::semver);
    const auto ranges = before_.ranges(old.ranges);
    const bool ranges_covered = std::ranges::all_of(ranges, [&](const RangeRecord& range) {
      return std::ranges::any_of(now, [&](const AffectedRecord* row) {
        return std::ranges::any_of(after_.ranges(row->ranges),
                                   [&](const RangeRecord& other) { return contains(order, other, range); });
      });
    });
    if (!ranges_covered || !ranges.empty()) return ranges_covered;
    return std::ranges::all_of(before_.refs(old.versions), [&](TextRef version) {
      return std::ranges::any_of(now, [&](const AffectedRecord* row) {
        return std::ranges::any_of(after_.refs(row->versions), [&](TextRef other) {
          return after_.text(other) == before_.text(version);
        });
      });
    });
  }

  bool contains(VersionOrder order, const RangeRecord& outer, const RangeRecord& inner) const {
    const std::string_view from = after_.text(outer.introduced);
    const std::string_view old_from = before_.text(inner.introduced);
    if (!from.empty() && from != old_from) {
      const auto later = compare_versions(order, from, old_from);
      if (old_from.empty() || !later || *later > 0) return false;
    }
    if (outer.end_kind == RangeEnd::none || inner.end_kind == RangeEnd::none) return true;
    const auto ends = compare_versions(order, after_.text(outer.end), before_.text(inner.end));
    return ends && *ends >= 0;
  }

  const Advisories& before_;
  const Advisories& after_;
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> turned_off(const Advisories& before, const Advisories& after) {
  return Comparer(before, after).run();
}

}  // namespace hauberk
