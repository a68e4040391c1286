// Alternatives: one name, several programs that can stand behind it, the one of highest priority wins.
//
// Spec: update-alternatives(1) in automatic mode on a fresh system. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assemble/effects.h"

namespace hauberk {

struct AlternativeSlave {
  std::string name;    // "nawk"
  std::string link;    // "/usr/bin/nawk"
  std::string target;  // "/usr/bin/mawk"

  friend bool operator==(const AlternativeSlave&, const AlternativeSlave&) = default;
};

// One `update-alternatives --install`. Links and targets are absolute and spelt as the script has them.
struct Alternative {
  std::string name;    // "awk"
  std::string link;    // "/usr/bin/awk"
  std::string target;  // "/usr/bin/mawk"
  int priority = 0;
  std::vector<AlternativeSlave> slaves;
  std::string why;     // "mawk: alternative awk"

  friend bool operator==(const Alternative&, const Alternative&) = default;
};

struct AlternativesOutcome {
  std::vector<AddedFile> files;
  std::vector<std::string> warnings;  // a link whose place a real file has
};

// For each name the links of the winner: LINK -> /etc/alternatives/NAME -> TARGET, the same for those of its
// slaves whose target is in the tree (a left-out manual page has no link). A choice whose target is not in
// the tree is none. With dpkg also var/lib/dpkg/alternatives/NAME with all choices.
AlternativesOutcome choose_alternatives(std::vector<Alternative> all, const EffectsInput& input);

}  // namespace hauberk
