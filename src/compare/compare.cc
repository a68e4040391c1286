// SPDX-License-Identifier: Apache-2.0
#include "compare/compare.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "check/image_root.h"
#include "check/tools.h"

namespace hauberk {
namespace {

using Change = Comparison::Change;
using Side = Comparison::Side;
using Strings = std::vector<std::string>;

constexpr std::uint32_t setuid_or_setgid = 06000;

std::uint64_t stored_bytes(const Facts& facts) {
  std::uint64_t sum = 0;
  for (const ImageSource::Layer& layer : facts.layers) sum += layer.size_bytes;
  return sum;
}

bool is_open(const Finding& finding) { return counts(finding); }

std::map<std::string, std::size_t> holes_of(const ScanResult* scan) {
  std::map<std::string, std::size_t> holes;
  if (scan == nullptr) return holes;
  for (const Finding& finding : scan->findings) {
    if (is_open(finding)) ++holes[fmt::format("{}, {}", name_of(finding.severity), name_of(finding.state))];
  }
  return holes;
}

Strings tool_texts(const std::vector<FoundTool>& tools) {
  Strings texts;
  for (const FoundTool& tool : tools) texts.push_back(fmt::format("{} ({})", title_of(tool.kind), tool.path));
  return texts;
}

Side side_of(const ComparedImage& image, const std::vector<FoundTool>& tools) {
  const Facts& facts = image.facts;
  Side side{.name = facts.name, .size_bytes = stored_bytes(facts)};
  for (const File& file : facts.files) {
    if (file.entry.type == TarEntry::Type::directory) continue;
    ++side.files;
    if (file.entry.type == TarEntry::Type::file) side.unpacked_bytes += file.entry.size_bytes;
    if (is_regular(file.entry) && (file.entry.mode & setuid_or_setgid) != 0) ++side.setuid_files;
  }
  side.packages = static_cast<std::size_t>(std::ranges::count(facts.packages, Package::State::installed,
                                                              &Package::state));
  side.holes = holes_of(image.scan);
  for (const auto& [outcome, number] : image.report.counts())
    side.checks[std::string(name_of(outcome))] = number;
  if (!facts.is_folder) side.user = facts.config.user.empty() ? "root (none is set)" : facts.config.user;
  side.tools = tool_texts(tools);
  return side;
}

// Several versions of one name may be there at once (npm): they are compared as one text.
using Versions = std::map<std::pair<std::string, std::string>, std::set<std::string>>;

Versions versions_of(const Facts& facts) {
  Versions versions;
  for (const Package& package : facts.packages) {
    if (package.state != Package::State::installed) continue;
    versions[{std::string(purl_type(package.kind)), package.name}].insert(package.version);
  }
  return versions;
}

std::vector<Change> package_changes(const Facts& before, const Facts& after) {
  const Versions old_ones = versions_of(before), new_ones = versions_of(after);
  std::map<std::pair<std::string, std::string>, Change> changes;
  for (const auto& [name, versions] : old_ones) {
    changes[name] = {name.first, name.second, fmt::format("{}", fmt::join(versions, ", ")), ""};
  }
  for (const auto& [name, versions] : new_ones) {
    Change& change = changes[name];
    change.kind = name.first;
    change.name = name.second;
    change.after = fmt::format("{}", fmt::join(versions, ", "));
  }
  std::vector<Change> list;
  for (auto& [name, change] : changes) {
    if (change.before != change.after) list.push_back(std::move(change));
  }
  return list;
}

std::set<std::string> hole_ids(const ScanResult* scan) {
  std::set<std::string> ids;
  if (scan == nullptr) return ids;
  for (const Finding& finding : scan->findings) {
    if (is_open(finding)) ids.insert(finding.id);
  }
  return ids;
}

Strings only_in(const std::set<std::string>& these, const std::set<std::string>& those) {
  Strings ids;
  std::ranges::set_difference(these, those, std::back_inserter(ids));
  return ids;
}

// How bad an outcome is; none where nothing was judged, so that nothing can be said.
std::optional<int> badness(Outcome outcome) {
  switch (outcome) {
    case Outcome::pass:
    case Outcome::not_applicable: return 0;
    case Outcome::accepted: return 1;
    case Outcome::warn: return 2;
    case Outcome::fail: return 3;
    case Outcome::not_checked: return std::nullopt;
  }
  return std::nullopt;
}

void compare_checks(const Report& before, const Report& after, Comparison& comparison) {
  for (const CheckResult& now : after.results) {
    const auto then = std::ranges::find(before.results, now.id, &CheckResult::id);
    if (then == before.results.end()) continue;
    const auto old_one = badness(then->outcome), new_one = badness(now.outcome);
    if (!old_one || !new_one) continue;
    if (*new_one > *old_one) comparison.checks_worse.push_back(now.id);
    if (*new_one < *old_one) comparison.checks_better.push_back(now.id);
  }
}

// By kind: the names that no program of the other image has.
Strings tools_lost(const std::vector<FoundTool>& before, const std::vector<FoundTool>& after) {
  std::set<std::pair<ToolKind, std::string_view>> left;
  for (const FoundTool& tool : after) left.emplace(tool.kind, last_part(tool.path));
  std::map<ToolKind, std::set<std::string_view>> lost;
  for (const FoundTool& tool : before) {
    const std::string_view name = last_part(tool.path);
    if (tool.file != nullptr && !left.contains({tool.kind, name})) lost[tool.kind].insert(name);
  }
  Strings texts;
  for (const auto& [kind, names] : lost) {
    texts.push_back(fmt::format("{} ({})", title_of(kind), fmt::join(names, ", ")));
  }
  return texts;
}

}  // namespace

Comparison compare_images(const ComparedImage& before, const ComparedImage& after) {
  const auto tools_before = tools_of(before.facts, ImageRoot(before.facts));
  const auto tools_after = tools_of(after.facts, ImageRoot(after.facts));
  Comparison comparison;
  comparison.before = side_of(before, tools_before);
  comparison.after = side_of(after, tools_after);
  comparison.packages = package_changes(before.facts, after.facts);
  if (before.scan != nullptr && after.scan != nullptr) {
    comparison.new_holes = only_in(hole_ids(after.scan), hole_ids(before.scan));
    comparison.closed_holes = only_in(hole_ids(before.scan), hole_ids(after.scan));
    comparison.has_holes = true;
  }
  compare_checks(before.report, after.report, comparison);
  comparison.tools_lost = tools_lost(tools_before, tools_after);
  return comparison;
}

}  // namespace hauberk
