// SPDX-License-Identifier: Apache-2.0
#include "resolve/universe.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "deb/version.h"

namespace hauberk {
namespace {

// "python3:any" asks for a package that says Multi-Arch: allowed; "libc6:amd64" for that architecture, which
// a package for all is taken to have.
bool qualifier_holds(const Candidate& candidate, const Relation& relation) {
  if (relation.architecture.empty()) return true;
  if (relation.architecture == "any") return candidate.stanza.multi_arch == "allowed";
  const std::string_view own = candidate.stanza.architecture;
  return own == "all" || own == relation.architecture;
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.';
}

// The rank of a field in the order in which apt reads a stanza; none if it creates no package names.
std::optional<std::size_t> field_rank(std::string_view line) {
  constexpr std::array<std::string_view, 10> fields = {
      "Package:",    "Pre-Depends:", "Depends:",  "Conflicts:", "Breaks:",
      "Recommends:", "Suggests:",    "Replaces:", "Enhances:",  "Provides:"};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (line.starts_with(fields[i])) return i;
  }
  return std::nullopt;
}

// As string_view::find, which stops at each first letter; glibc's memmem skips ahead.
std::size_t find_from(std::string_view text, std::string_view word, std::size_t from) {
  const void* at = memmem(text.data() + from, text.size() - from, word.data(), word.size());
  return at ? static_cast<std::size_t>(static_cast<const char*>(at) - text.data()) : std::string_view::npos;
}

std::size_t line_start(std::string_view text, std::size_t at) {
  const auto newline = text.rfind('\n', at);
  return newline == std::string_view::npos ? 0 : newline + 1;
}

std::size_t stanza_start(std::string_view text, std::size_t at) {
  const auto gap = text.rfind("\n\n", at);
  return gap == std::string_view::npos ? 0 : gap + 2;
}

}  // namespace

bool satisfies(const Candidate& candidate, const Relation& relation) {
  if (candidate.stanza.name == relation.name && qualifier_holds(candidate, relation) &&
      relation.holds(candidate.stanza.version)) {
    return true;
  }
  for (const Alternatives& provided : candidate.provides) {
    const Relation& provide = provided.front();
    if (provide.name != relation.name || relation.architecture == "any") continue;
    if (relation.op == Relation::Operator::any) return true;
    if (!provide.version.empty() && relation.holds(provide.version)) return true;
  }
  return false;
}

// A repository may keep the packages of several architectures in one file.
bool Universe::is_native(const PackageStanza& stanza) const {
  return stanza.architecture == architecture_ || stanza.architecture == "all";
}

Result<const Candidate*> Universe::add(const PackageStanza& stanza, std::size_t suite) {
  Candidate candidate{stanza, suite, {}, {}, {}, {}, {}};
  const auto parse = [&](std::string_view field, std::string_view text,
                         std::vector<Alternatives>& into) -> Status {
    auto relations = parse_relations(text, architecture_);
    if (!relations) {
      return wrap(relations.error(),
                  fmt::format("cannot read {} of {} {}", field, stanza.name, stanza.version));
    }
    into = *std::move(relations);
    return {};
  };
  TRY_STATUS(parse("Pre-Depends", stanza.pre_depends, candidate.pre_depends));
  TRY_STATUS(parse("Depends", stanza.depends, candidate.depends));
  TRY_STATUS(parse("Conflicts", stanza.conflicts, candidate.conflicts));
  TRY_STATUS(parse("Breaks", stanza.breaks, candidate.breaks));
  TRY_STATUS(parse("Provides", stanza.provides, candidate.provides));
  owned_.push_back(std::move(candidate));
  return &owned_.back();
}

Result<const Candidate*> Universe::candidate(std::string_view name) {
  const std::string key(name);
  if (const auto known = candidates_.find(key); known != candidates_.end()) return known->second;
  std::optional<PackageStanza> best;
  std::size_t best_suite = 0;
  for (std::size_t i = 0; i < suites_.size(); ++i) {
    TRY(const auto stanzas, suites_[i].packages.find(name));
    for (const PackageStanza& stanza : stanzas) {
      if (!is_native(stanza)) continue;
      const int gain = best ? suites_[i].priority - suites_[best_suite].priority : 1;
      if (gain < 0 || (gain == 0 && compare_versions(stanza.version, best->version) <= 0)) continue;
      best = stanza;
      best_suite = i;
    }
  }
  const Candidate* chosen = nullptr;
  if (best) {
    TRY(chosen, add(*best, best_suite));
  }
  candidates_[key] = chosen;
  return chosen;
}

Result<bool> Universe::pin(std::string_view name, std::string_view version) {
  for (std::size_t i = 0; i < suites_.size(); ++i) {
    TRY(const auto stanzas, suites_[i].packages.find(name));
    for (const PackageStanza& stanza : stanzas) {
      if (stanza.version != version || !is_native(stanza)) continue;
      TRY(candidates_[std::string(name)], add(stanza, i));
      providers_.clear();  // they may hold the candidate that was
      return true;
    }
  }
  return false;
}

Result<std::span<const Candidate* const>> Universe::providers(std::string_view name) {
  const std::string key(name);
  if (const auto known = providers_.find(key); known != providers_.end()) {
    return std::span<const Candidate* const>(known->second);
  }
  std::vector<const Candidate*> found;
  for (const SuiteIndex& suite : suites_) {
    TRY(const auto stanzas, suite.packages.providers(name));
    for (const PackageStanza& stanza : stanzas) {
      TRY(const Candidate* owner, candidate(stanza.name));
      // Only the candidate's own Provides count, not those of a version that was not picked.
      if (!owner || owner->stanza.version != stanza.version) continue;
      if (std::find(found.begin(), found.end(), owner) == found.end()) found.push_back(owner);
    }
  }
  return std::span<const Candidate* const>(providers_[key] = std::move(found));
}

Result<std::vector<std::string>> Universe::versions(std::string_view name) const {
  std::vector<std::string> all;
  for (const SuiteIndex& suite : suites_) {
    TRY(const auto stanzas, suite.packages.find(name));
    for (const PackageStanza& stanza : stanzas) {
      if (is_native(stanza)) all.emplace_back(stanza.version);
    }
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return compare_versions(a, b) > 0; });
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

Result<std::vector<const Candidate*>> Universe::targets(const Relation& relation) {
  std::vector<const Candidate*> found;
  TRY(const Candidate* own, candidate(relation.name));
  if (own && satisfies(*own, relation)) found.push_back(own);
  TRY(const auto provide, providers(relation.name));
  for (const Candidate* provider : provide) {
    if (provider != own && satisfies(*provider, relation)) found.push_back(provider);
  }
  return found;
}

Universe::Mention Universe::first_mention(std::string_view name) {
  const std::string key(name);
  if (const auto known = mentions_.find(key); known != mentions_.end()) return known->second;
  Mention best{suites_.size(), 0, 0, 0};
  for (std::size_t i = 0; i < suites_.size() && best.suite == suites_.size(); ++i) {
    const std::string_view text = suites_[i].packages.text();
    for (auto at = find_from(text, name, 0); at != std::string_view::npos;
         at = find_from(text, name, at + 1)) {
      const auto after = at + name.size();
      if (at == 0 || is_word(text[at - 1]) || (after < text.size() && is_word(text[after]))) continue;
      const auto start = line_start(text, at - 1);
      const auto rank = field_rank(text.substr(start));
      if (!rank) continue;
      const Mention mention{i, stanza_start(text, start), *rank, at};
      if (best.suite < suites_.size() && mention.stanza != best.stanza) break;
      best = std::min(best, mention);
    }
  }
  return mentions_[key] = best;
}

}  // namespace hauberk
