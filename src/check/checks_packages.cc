// Checks PKG-06 to PKG-09: where packages come from, what is known of them, and whether their record is true.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "check/file_sorts.h"
#include "check/table.h"

namespace hauberk {
namespace {

using State = Package::State;

bool is_of_distribution(const Package& package) {
  return package.kind == Package::Kind::deb || package.kind == Package::Kind::apk;
}

std::string_view state_text(State state) {
  switch (state) {
    case State::half_installed: return "only half installed";
    case State::unpacked: return "unpacked and never configured";
    case State::half_configured: return "only half configured";
    case State::triggers: return "waiting for triggers";
    case State::unknown: return "in a state that its record does not say";
    case State::installed:
    case State::removed: return "";
  }
  return "";
}

bool is_of_record(std::string_view problem) {
  return problem.starts_with("var/lib/dpkg/") || problem.starts_with("lib/apk/") ||
         problem.starts_with("usr/lib/apk/");
}

// One file and one version for each (name, architecture): two records of a package contradict each other.
void find_doubles(const Facts& facts, std::vector<CheckFinding>& findings) {
  std::map<std::string, const Package*> seen;
  for (const Package& package : facts.packages) {
    if (!is_of_distribution(package) || package.state == State::removed) continue;
    const std::string key = fmt::format("{}:{}", package.name, package.architecture);
    const auto [first, is_new] = seen.emplace(key, &package);
    if (is_new) continue;
    findings.push_back({package.name,
                        fmt::format("is recorded twice: {} in {}, {} in {}", first->second->version,
                                    first->second->record, package.version, package.record)});
  }
}

void find_missing_files(const CheckContext& context, std::vector<CheckFinding>& findings) {
  const Facts& facts = context.facts();
  for (const auto& [index, files] : facts.listed) {
    if (index >= facts.packages.size() || facts.packages[index].state != State::installed) continue;
    std::size_t missing = 0;
    std::string first;
    for (const ListedFile& file : files) {
      // Folders and, in dpkg's lists, links have no sum: what has one must be there.
      if (file.md5.empty() || may_be_left_out(file.path)) continue;
      if (context.listed_file(file.path) != nullptr) continue;
      if (missing++ == 0) first = plain_path(file.path);
    }
    if (missing == 0) continue;
    findings.push_back({facts.packages[index].name,
                        fmt::format("{} of its list {} not there, for example /{}", counted(missing, "file"),
                                    missing == 1 ? "is" : "are", first)});
  }
}

}  // namespace

CheckAnswer check_packages_signed(CheckContext& context) {
  const auto& origins = context.input().package_origins;
  if (!origins) return not_checked("there is no lock that says where the packages came from");
  std::vector<CheckFinding> findings;
  bool any = false;
  for (const Package& package : context.facts().packages) {
    if (!is_of_distribution(package) || package.state == State::removed) continue;
    any = true;
    const auto origin = origins->find(package.name);
    if (origin == origins->end()) {
      findings.push_back({package.name, "is not in the lock"});
    } else if (origin->second.empty()) {
      findings.push_back({package.name, "comes from an index without a signature"});
    }
  }
  return any ? judged(std::move(findings)) : not_applicable("the image has no packages");
}

CheckAnswer check_no_critical_holes(CheckContext& context) {
  const auto& holes = context.input().holes;
  if (!holes && !context.input().holes_unknown.empty()) return not_checked(context.input().holes_unknown);
  if (!holes)
    return not_checked("there is no feed of known holes; `hauberk feed add --help` shows how to add one");
  if (context.facts().packages.empty()) return not_applicable("the image has no packages");
  std::vector<CheckFinding> findings;
  for (const KnownHole& hole : *holes) {
    if (!hole.is_critical || !hole.is_fixable) continue;
    findings.push_back({hole.package, fmt::format("{} is critical, and a fixed version is there", hole.id)});
  }
  return judged(std::move(findings));
}

CheckAnswer check_supported(CheckContext& context) {
  const CheckInput& input = context.input();
  if (context.facts().files.empty()) return not_applicable("the image has no files");
  if (!input.end_of_life && input.ended_packages.empty()) {
    return not_checked("nothing is known of how long this distribution is supported");
  }
  std::vector<CheckFinding> findings;
  const OsRelease& os = context.facts().os;
  if (input.end_of_life && !input.end_of_life->empty()) {
    findings.push_back({os.pretty_name.empty() ? os.id : os.pretty_name, *input.end_of_life});
  }
  for (const std::string& package : input.ended_packages) {
    const auto colon = std::min(package.find(": "), package.size());
    findings.push_back({package.substr(0, colon),
                        fmt::format("gets no security fixes{}", package.substr(colon))});
  }
  return judged(std::move(findings));
}

CheckAnswer check_package_record(CheckContext& context) {
  const Facts& facts = context.facts();
  if (facts.files.empty()) return not_applicable("the image has no files");
  std::vector<CheckFinding> findings;
  if (!facts.has_package_record) {
    findings.push_back({"var/lib/dpkg",
                        "no record says which packages are in the image: no scanner finds a hole"});
  }
  for (const std::string& problem : facts.problems) {
    if (!is_of_record(problem)) continue;
    const auto colon = std::min(problem.find(": "), problem.size());
    findings.push_back({problem.substr(0, colon), colon < problem.size() ? problem.substr(colon + 2) : ""});
  }
  for (const Package& package : facts.packages) {
    const std::string_view state = is_of_distribution(package) ? state_text(package.state) : "";
    if (!state.empty()) findings.push_back({package.name, fmt::format("is {}", state)});
  }
  find_doubles(facts, findings);
  find_missing_files(context, findings);
  return judged(std::move(findings));
}

}  // namespace hauberk
