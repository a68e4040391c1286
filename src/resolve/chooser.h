// Which packages: the walk through the dependencies, with apt's choices.
//
// The rules are those of apt's internal solver for an empty root (docs/decisions/0004): what is listed is
// marked first; then each package's unsatisfied Pre-Depends and Depends in their order, depth first;
// alternatives from left to right, the package itself before its providers, and providers by: protected,
// real name, Essential, Important, priority, then the one whose name apt would meet last. A dependency that
// has one solution only, of something protected, is protected itself and wins conflicts. A choice that
// fails is discarded and the next is tried; what a later choice has broken is mended at the end.
// Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "resolve/universe.h"

namespace hauberk {

// A package that was chosen, and why.
struct Choice {
  const Candidate* package = nullptr;
  std::string reason;  // "listed" or "nginx Depends: libc6 (>= 2.34)"
};

class Chooser {
 public:
  // `is_banned` says which names may not be chosen for a dependency.
  Chooser(Universe& universe, std::function<bool(std::string_view)> is_banned)
      : universe_(universe), is_banned_(std::move(is_banned)) {}

  // Chooses everything that `listed` needs; sorted by name. conflict: it cannot be done, with the chain.
  Result<std::vector<Choice>> choose(const std::vector<const Candidate*>& listed);

  // The dependencies of the chosen packages that nothing but banned packages could satisfy.
  struct Dropped {
    const Candidate* package;
    std::string_view field;
    const Alternatives* relation;
  };
  const std::vector<Dropped>& dropped() const { return dropped_; }

 private:
  struct Node {
    const Candidate* candidate = nullptr;  // null once discarded
    bool installed = false;
    bool is_protected = false;
    std::string reason;
  };
  struct Dependency {
    std::string_view field;
    const Alternatives* alternatives;
  };

  Node& node(const Candidate& candidate);
  static std::vector<Dependency> dependencies(const Candidate& candidate);
  static std::vector<const Relation*> conflicts(const Candidate& candidate);

  Result<bool> install(const Candidate& candidate, bool follow, bool from_user, const std::string& reason,
                       std::size_t depth);
  Result<bool> settle_conflicts(const Candidate& candidate, bool propagate, bool from_user);
  Result<bool> install_dependencies(const Candidate& candidate, bool propagate, bool from_user,
                                    std::size_t depth);
  Result<bool> install_one(const Candidate& candidate, const Dependency& dependency, bool propagate,
                           std::size_t depth);
  Result<bool> is_satisfied(const Alternatives& alternatives);
  Result<bool> is_broken(const Candidate& candidate);
  struct Solutions {
    std::vector<const Candidate*> usable;
    bool only_banned = false;
  };
  Result<Solutions> solutions(const Alternatives& alternatives);
  void sort_by_preference(std::vector<const Candidate*>& candidates, const Relation& relation);
  void note_failure(const Candidate& candidate, const Dependency& dependency, std::size_t depth);
  Status repair(const std::vector<const Candidate*>& listed);
  Result<std::optional<Dependency>> unsatisfied(const Candidate& candidate);
  Result<std::vector<const Candidate*>> reachable(const std::vector<const Candidate*>& listed);
  Result<std::vector<Choice>> needed(const std::vector<const Candidate*>& listed);
  Status check(const std::vector<Choice>& choices);
  std::string chain_to(const Candidate& candidate);

  Universe& universe_;
  std::function<bool(std::string_view)> is_banned_;
  std::unordered_map<std::string_view, Node> nodes_;
  std::vector<Dropped> dropped_;
  std::string failure_;  // the deepest dependency that could not be satisfied, in words
  std::size_t failure_depth_ = 0;
};

}  // namespace hauberk
