// All packages that a resolve may choose from: the suites of one platform as one.
//
// For each name there is one candidate, as apt's policy picks it: the highest suite priority, then the
// highest version, then the suite that comes first. Stanzas of other architectures do not exist. Thread rule:
// one thread (results are cached).
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "deb/relation.h"
#include "resolve/resolve.h"

namespace hauberk {

// A package version that may be chosen, with its relations parsed. Owned by the Universe.
struct Candidate {
  PackageStanza stanza;
  std::size_t suite = 0;
  std::vector<Alternatives> pre_depends, depends, conflicts, breaks, provides;
};

class Universe {
 public:
  Universe(std::span<const SuiteIndex> suites, Platform platform)
      : suites_(suites), architecture_(platform.architecture()) {}

  // The candidate of this very name, or null if no suite has it.
  Result<const Candidate*> candidate(std::string_view name);

  // The candidate's version becomes exactly this one; candidates and providers asked for before may be stale
  // then. False if no suite has it.
  Result<bool> pin(std::string_view name, std::string_view version);

  // The candidates that provide the name, in the order of the suites and stanzas.
  Result<std::span<const Candidate* const>> providers(std::string_view name);

  // Every version of the name that a suite has, newest first.
  Result<std::vector<std::string>> versions(std::string_view name) const;

  // The candidates that satisfy one relation: the package itself, then its providers.
  Result<std::vector<const Candidate*>> targets(const Relation& relation);

  // Where apt, reading the suites in order, would first meet the name: its own stanza or a relation of an
  // earlier one. apt breaks its last tie among providers by this order.
  struct Mention {
    std::size_t suite = 0, stanza = 0, field = 0, offset = 0;
    friend auto operator<=>(const Mention&, const Mention&) = default;
  };
  Mention first_mention(std::string_view name);

  std::span<const SuiteIndex> suites() const { return suites_; }

 private:
  bool is_native(const PackageStanza& stanza) const;
  Result<const Candidate*> add(const PackageStanza& stanza, std::size_t suite);

  std::span<const SuiteIndex> suites_;
  std::string architecture_;
  std::deque<Candidate> owned_;
  std::unordered_map<std::string, const Candidate*> candidates_;
  std::unordered_map<std::string, std::vector<const Candidate*>> providers_;
  std::unordered_map<std::string, Mention> mentions_;
};

// Whether the candidate satisfies the relation: by its own name and version, or by a Provides (a versioned
// relation needs a versioned Provides, policy 7.5).
bool satisfies(const Candidate& candidate, const Relation& relation);

}  // namespace hauberk
