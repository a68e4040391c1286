// SPDX-License-Identifier: Apache-2.0
#include "resolve/chooser.h"

#include <algorithm>
#include <set>

namespace hauberk {
namespace {

constexpr int most_repairs = 50;
constexpr std::size_t deepest = 3000;  // apt's own limit on the depth of the walk

int priority_rank(std::string_view priority) {
  constexpr std::string_view names[] = {"required", "important", "standard", "optional", "extra"};
  const auto at = std::find(std::begin(names), std::end(names), priority);
  return static_cast<int>(at - std::begin(names));
}

std::string describe(const Candidate& candidate, std::string_view field, const Alternatives& alternatives) {
  return fmt::format("{} {}: {}", candidate.stanza.name, field, text_of(alternatives));
}

}  // namespace

Chooser::Node& Chooser::node(const Candidate& candidate) {
  const auto [at, is_new] = nodes_.try_emplace(candidate.stanza.name);
  if (is_new) at->second.candidate = &candidate;
  return at->second;
}

std::vector<Chooser::Dependency> Chooser::dependencies(const Candidate& candidate) {
  std::vector<Dependency> all;
  for (const Alternatives& one : candidate.pre_depends) all.push_back({"Pre-Depends", &one});
  for (const Alternatives& one : candidate.depends) all.push_back({"Depends", &one});
  return all;
}

std::vector<const Relation*> Chooser::conflicts(const Candidate& candidate) {
  std::vector<const Relation*> all;
  for (const Alternatives& one : candidate.conflicts) all.push_back(&one.front());
  for (const Alternatives& one : candidate.breaks) all.push_back(&one.front());
  return all;
}

Result<bool> Chooser::is_satisfied(const Alternatives& alternatives) {
  for (const Relation& relation : alternatives) {
    TRY(const auto targets, universe_.targets(relation));
    for (const Candidate* target : targets) {
      if (node(*target).installed) return true;
    }
  }
  return false;
}

Result<bool> Chooser::is_broken(const Candidate& candidate) {
  for (const Dependency& dependency : dependencies(candidate)) {
    TRY(const bool satisfied, is_satisfied(*dependency.alternatives));
    if (!satisfied) return true;
  }
  return false;
}

void Chooser::sort_by_preference(std::vector<const Candidate*>& candidates, const Relation& relation) {
  std::sort(candidates.begin(), candidates.end(), [&](const Candidate* a, const Candidate* b) {
    if (a == b) return false;
    const auto differ = [](bool x, bool y) { return x != y; };
    const bool a_protected = node(*a).is_protected;
    const bool b_protected = node(*b).is_protected;
    if (differ(a_protected, b_protected)) return a_protected;
    const bool a_named = a->stanza.name == relation.name;
    const bool b_named = b->stanza.name == relation.name;
    if (differ(a_named, b_named)) return a_named;
    if (differ(a->stanza.essential, b->stanza.essential)) return a->stanza.essential;
    if (differ(a->stanza.important, b->stanza.important)) return a->stanza.important;
    const int a_rank = priority_rank(a->stanza.priority);
    const int b_rank = priority_rank(b->stanza.priority);
    if (a_rank != b_rank) return a_rank < b_rank;
    return universe_.first_mention(a->stanza.name) > universe_.first_mention(b->stanza.name);
  });
}

Result<Chooser::Solutions> Chooser::solutions(const Alternatives& alternatives) {
  Solutions result;
  bool any_banned = false;
  bool any_free = false;
  for (const Relation& relation : alternatives) {
    TRY(auto targets, universe_.targets(relation));
    const auto first_banned =
        std::stable_partition(targets.begin(), targets.end(), [&](const Candidate* target) {
          return node(*target).reason == "listed" || !is_banned_(target->stanza.name);
        });
    any_banned = any_banned || first_banned != targets.end();
    targets.erase(first_banned, targets.end());
    any_free = any_free || !targets.empty();
    std::erase_if(targets, [&](const Candidate* target) {
      const Node& state = node(*target);
      return state.candidate != target || (state.is_protected && !state.installed);
    });
    sort_by_preference(targets, relation);
    for (const Candidate* target : targets) {
      if (std::find(result.usable.begin(), result.usable.end(), target) == result.usable.end()) {
        result.usable.push_back(target);
      }
    }
  }
  result.only_banned = any_banned && !any_free;
  return result;
}

void Chooser::note_failure(const Candidate& candidate, const Dependency& dependency, std::size_t depth) {
  if (!failure_.empty() && depth <= failure_depth_) return;
  failure_depth_ = depth;
  failure_ = describe(candidate, dependency.field, *dependency.alternatives);
}

// What the candidate conflicts with must not be installed: what is marked is given up unless it is
// protected; what is not is discarded if the candidate itself is protected.
Result<bool> Chooser::settle_conflicts(const Candidate& candidate, bool propagate, bool from_user) {
  bool failed = false;
  for (const Relation* relation : conflicts(candidate)) {
    TRY(const auto targets, universe_.targets(*relation));
    for (const Candidate* target : targets) {
      if (target->stanza.name == candidate.stanza.name) continue;
      Node& other = node(*target);
      if (other.candidate != target) continue;
      if (other.installed && other.is_protected) {
        failed = true;
        if (!propagate && !from_user) return false;
        continue;
      }
      other.installed = false;
      if (!propagate) continue;
      other.candidate = nullptr;
      other.is_protected = true;
    }
  }
  return !failed;
}

Result<bool> Chooser::install(const Candidate& candidate, bool follow, bool from_user,
                              const std::string& reason, std::size_t depth) {
  Node& state = node(candidate);
  if (depth > deepest) return false;
  if (!from_user && state.is_protected && !state.installed) return false;
  if (state.candidate != &candidate) return false;
  if (state.installed && !state.is_protected) {
    TRY(const bool broken, is_broken(candidate));
    if (!broken) return true;
  }
  const auto mark = [&] {
    if (!state.installed) state.reason = reason;
    state.installed = true;
  };
  if (from_user) mark();
  const bool fail_early = !state.is_protected && !from_user;
  bool failed = false;
  if (follow) {
    TRY(const bool settled, settle_conflicts(candidate, state.is_protected, from_user));
    if (!settled && fail_early) return false;
    failed = !settled;
  }
  mark();
  if (!follow) return !failed;

  // While its dependencies are being looked for, nothing may push the package itself out again.
  const bool propagate = state.is_protected;
  state.is_protected = true;
  auto installed = install_dependencies(candidate, propagate, from_user, depth);
  state.is_protected = propagate;
  if (!installed) return installed;
  if (*installed) return !failed;
  if (fail_early) {
    state.installed = false;
    state.candidate = nullptr;
  }
  return false;
}

Result<bool> Chooser::install_dependencies(const Candidate& candidate, bool propagate, bool from_user,
                                           std::size_t depth) {
  bool failed = false;
  for (const Dependency& dependency : dependencies(candidate)) {
    TRY(const bool satisfied, is_satisfied(*dependency.alternatives));
    if (satisfied && !propagate) continue;
    bool found = satisfied;
    if (satisfied) {
      TRY(const auto possible, solutions(*dependency.alternatives));
      if (possible.usable.size() != 1 || node(*possible.usable.front()).is_protected) continue;
      node(*possible.usable.front()).is_protected = true;
      TRY(found, install(*possible.usable.front(), true, false,
                         describe(candidate, dependency.field, *dependency.alternatives), depth + 1));
    } else {
      TRY(found, install_one(candidate, dependency, propagate, depth));
    }
    if (found) continue;
    failed = true;
    if (!propagate && !from_user) break;
  }
  return !failed;
}

// The first alternative that can be installed.
Result<bool> Chooser::install_one(const Candidate& candidate, const Dependency& dependency, bool propagate,
                                  std::size_t depth) {
  TRY(const auto possible, solutions(*dependency.alternatives));
  if (possible.only_banned) return true;
  const std::string reason = describe(candidate, dependency.field, *dependency.alternatives);
  for (const Candidate* solution : possible.usable) {
    if (node(*solution).candidate != solution) continue;
    if (propagate && possible.usable.size() == 1) {
      TRY(const bool marked, install(*solution, false, false, reason, depth + 1));
      if (!marked) continue;
      node(*solution).is_protected = true;
    }
    TRY(const bool installed, install(*solution, true, false, reason, depth + 1));
    if (installed) return true;
  }
  note_failure(candidate, dependency, depth);
  return false;
}

Result<std::vector<Choice>> Chooser::choose(const std::vector<const Candidate*>& listed) {
  for (const Candidate* candidate : listed) {
    TRY([[maybe_unused]] const bool marked, install(*candidate, false, true, "listed", 0));
    node(*candidate).is_protected = true;
  }
  // What cannot stand beside the list is no alternative for anybody.
  for (const Candidate* candidate : listed) {
    TRY([[maybe_unused]] const bool settled, settle_conflicts(*candidate, true, true));
  }
  for (const Candidate* candidate : listed) {
    // A failure shows in check(), with the dependency that is not satisfied.
    TRY([[maybe_unused]] const bool installed, install(*candidate, true, true, "listed", 0));
  }
  TRY_STATUS(repair(listed));
  TRY(auto choices, needed(listed));
  TRY_STATUS(check(choices));
  return choices;
}

// A later choice may have pushed out what an earlier one relied on: look for another way, as apt's problem
// resolver does. Each round gives up or mends something, or is the last.
Status Chooser::repair(const std::vector<const Candidate*>& listed) {
  std::vector<const Candidate*> before;
  for (int round = 0; round < most_repairs; ++round) {
    TRY(const auto reached, reachable(listed));
    std::vector<const Candidate*> broken;
    for (const Candidate* candidate : reached) {
      TRY(const auto dependency, unsatisfied(*candidate));
      if (dependency) broken.push_back(candidate);
    }
    if (broken.empty() || broken == before) return {};
    for (const Candidate* candidate : broken) {
      TRY([[maybe_unused]] const bool mended, install(*candidate, true, false, node(*candidate).reason, 0));
    }
    before = std::move(broken);
  }
  return {};
}

// The first dependency that is neither satisfied nor dropped by a ban.
Result<std::optional<Chooser::Dependency>> Chooser::unsatisfied(const Candidate& candidate) {
  for (const Dependency& dependency : dependencies(candidate)) {
    TRY(const bool satisfied, is_satisfied(*dependency.alternatives));
    if (satisfied) continue;
    TRY(const auto possible, solutions(*dependency.alternatives));
    if (!possible.only_banned) return dependency;
  }
  return std::nullopt;
}

// What is marked and reachable from the list: a try that failed half-way may have left more marked.
Result<std::vector<const Candidate*>> Chooser::reachable(const std::vector<const Candidate*>& listed) {
  std::vector<const Candidate*> open;
  std::set<std::string_view> seen;
  const auto visit = [&](const Candidate* candidate) {
    if (node(*candidate).installed && seen.insert(candidate->stanza.name).second) open.push_back(candidate);
  };
  for (const Candidate* candidate : listed) visit(candidate);
  for (std::size_t i = 0; i < open.size(); ++i) {
    for (const Dependency& dependency : dependencies(*open[i])) {
      for (const Relation& relation : *dependency.alternatives) {
        TRY(const auto targets, universe_.targets(relation));
        for (const Candidate* target : targets) visit(target);
      }
    }
  }
  return open;
}

Result<std::vector<Choice>> Chooser::needed(const std::vector<const Candidate*>& listed) {
  TRY(const auto reached, reachable(listed));
  std::set<std::string_view> names;
  std::vector<Choice> choices;
  for (const Candidate* candidate : reached) {
    names.insert(candidate->stanza.name);
    choices.push_back({candidate, node(*candidate).reason});
  }
  std::sort(choices.begin(), choices.end(),
            [](const Choice& a, const Choice& b) { return a.package->stanza.name < b.package->stanza.name; });
  // A mark for something that is not needed leaves no trace in what the next steps see.
  for (auto& [name, state] : nodes_) {
    if (!names.contains(name)) state.installed = false;
  }
  return choices;
}

// Nothing leaves here that does not hold: every dependency satisfied or dropped by a ban, no conflicts.
Status Chooser::check(const std::vector<Choice>& choices) {
  for (const Choice& choice : choices) {
    for (const Dependency& dependency : dependencies(*choice.package)) {
      TRY(const bool satisfied, is_satisfied(*dependency.alternatives));
      if (satisfied) continue;
      TRY(const auto possible, solutions(*dependency.alternatives));
      if (possible.only_banned) {
        dropped_.push_back({choice.package, dependency.field, dependency.alternatives});
        continue;
      }
      std::string why = describe(*choice.package, dependency.field, *dependency.alternatives);
      if (!failure_.empty() && failure_ != why) why += fmt::format(", which fails at {}", failure_);
      std::string available;
      for (const Relation& relation : *dependency.alternatives) {
        TRY(const auto versions, universe_.versions(relation.name));
        for (const std::string& version : versions)
          available += fmt::format(" {} {}", relation.name, version);
      }
      return fail(ErrorKind::conflict,
                  "cannot satisfy the dependencies of {}: {}; the repositories have{}: pin another version, "
                  "add the repository that has it, or ban the dependency with \"!name\"",
                  chain_to(*choice.package), why, available.empty() ? " nothing of these names" : available);
    }
    for (const Relation* relation : conflicts(*choice.package)) {
      TRY(const auto targets, universe_.targets(*relation));
      for (const Candidate* target : targets) {
        if (target->stanza.name == choice.package->stanza.name || !node(*target).installed) continue;
        return fail(ErrorKind::conflict,
                    "cannot install {} together with {}: {} conflicts with {}: take one of them off the list "
                    "or ban it with \"!name\"",
                    chain_to(*choice.package), chain_to(*target), choice.package->stanza.name,
                    relation->text());
      }
    }
  }
  return {};
}

// "nginx (listed)" or "libfoo (nginx Depends: libfoo; listed)": the way from the list to a package.
std::string Chooser::chain_to(const Candidate& candidate) {
  std::string chain;
  std::string_view name = candidate.stanza.name;
  for (int steps = 0; steps < 20; ++steps) {
    const auto at = nodes_.find(name);
    if (at == nodes_.end()) break;
    const std::string& reason = at->second.reason;
    if (!chain.empty()) chain += "; ";
    chain += reason;
    if (reason == "listed") break;
    name = std::string_view(reason).substr(0, reason.find(' '));
  }
  return fmt::format("{} ({})", candidate.stanza.name, chain);
}

}  // namespace hauberk
