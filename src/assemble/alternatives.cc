// The format of var/lib/dpkg/alternatives/NAME, one value on each line:
//
//   auto                                  or "manual"
//   /usr/bin/awk                          the link
//   nawk                                  for each slave, sorted by name: its name
//   /usr/bin/nawk                           and its link
//                                         (empty line)
//   /usr/bin/mawk                         for each choice, sorted by target: the target
//   5                                       its priority
//   /usr/bin/mawk                           for each slave its target, or an empty line
//                                         (empty line)
//
// SPDX-License-Identifier: Apache-2.0
#include "assemble/alternatives.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "assemble/effects_files.h"
#include "assemble/paths.h"

namespace hauberk {
namespace {

bool has(const EffectsInput& input, std::string_view absolute) {
  return input.type_at(image_path(absolute)).has_value();
}

// The choices of one name, sorted by target, and the links of all their slaves by name.
struct Group {
  std::vector<Alternative> choices;
  std::map<std::string, std::string> slave_links;
};

std::string target_of(const Alternative& choice, const std::string& slave) {
  const auto found = std::ranges::find(choice.slaves, slave, &AlternativeSlave::name);
  return found == choice.slaves.end() ? "" : found->target;
}

std::string record(const Group& group) {
  std::string text = fmt::format("auto\n{}\n", group.choices.front().link);
  for (const auto& [name, link] : group.slave_links) text += fmt::format("{}\n{}\n", name, link);
  text += "\n";
  for (const auto& choice : group.choices) {
    text += fmt::format("{}\n{}\n", choice.target, choice.priority);
    for (const auto& [name, link] : group.slave_links) text += target_of(choice, name) + "\n";
  }
  return text + "\n";
}

// The two links of a name; none if a file that is no link holds the place.
void add_links(std::string_view name, std::string_view link, std::string target, const std::string& why,
               const EffectsInput& input, AlternativesOutcome& outcome) {
  const std::string path = image_path(link);
  const auto there = input.type_at(path);
  if (there && *there != TarEntry::Type::symlink) {
    outcome.warnings.push_back(fmt::format("{}: {} is a {} of a package and stays", why, path,
                                           name_of(*there)));
    return;
  }
  outcome.files.push_back(added_symlink(path, fmt::format("/etc/alternatives/{}", name), why));
  outcome.files.push_back(added_symlink(fmt::format("etc/alternatives/{}", name), std::move(target), why));
}

void add_group(const std::string& name, const Group& group, const EffectsInput& input,
               AlternativesOutcome& outcome) {
  // The first of the highest priority, as update-alternatives chooses among its sorted list.
  const auto& winner = *std::ranges::max_element(group.choices, {}, &Alternative::priority);
  add_links(name, winner.link, winner.target, winner.why, input, outcome);
  for (const auto& slave : winner.slaves) {
    if (has(input, slave.target)) {
      add_links(slave.name, slave.link, slave.target, winner.why, input, outcome);
    }
  }
  if (input.has_dpkg) {
    outcome.files.push_back(added_file("var/lib/dpkg/alternatives/" + name, 0644, record(group), winner.why));
  }
}

}  // namespace

AlternativesOutcome choose_alternatives(std::vector<Alternative> all, const EffectsInput& input) {
  std::ranges::sort(all, {}, [](const Alternative& one) { return std::tie(one.name, one.target); });
  std::map<std::string, Group> groups;
  for (auto& one : all) {
    if (!has(input, one.target)) continue;
    auto& group = groups[one.name];
    for (const auto& slave : one.slaves) group.slave_links.emplace(slave.name, slave.link);
    group.choices.push_back(std::move(one));
  }
  AlternativesOutcome outcome;
  for (const auto& [name, group] : groups) add_group(name, group, input, outcome);
  return outcome;
}

}  // namespace hauberk
