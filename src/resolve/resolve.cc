// SPDX-License-Identifier: Apache-2.0
#include "resolve/resolve.h"

#include <algorithm>
#include <set>

#include "base/nearest.h"
#include "resolve/chooser.h"
#include "resolve/universe.h"

namespace hauberk {
namespace {

// "libc6:amd64" names the package of this architecture; apt takes it, so do we.
std::string_view plain_name(std::string_view name, Platform platform) {
  const auto colon = name.find(':');
  return colon != std::string_view::npos && name.substr(colon + 1) == platform.architecture()
             ? name.substr(0, colon)
             : name;
}

std::unexpected<Error> unknown_package(std::string_view name, std::span<const SuiteIndex> suites) {
  std::vector<std::string_view> names;
  std::string searched;
  for (const SuiteIndex& suite : suites) {
    const auto more = suite.packages.names();
    names.insert(names.end(), more.begin(), more.end());
    searched += fmt::format("{}{} {}", searched.empty() ? "" : ", ", suite.base_url, suite.origin.suite);
  }
  const auto near = nearest(name, names);
  return fail(ErrorKind::not_found, "cannot find package {}: no repository has it{} (searched: {})", name,
              near ? fmt::format("; did you mean {}?", *near) : "", searched);
}

// The candidates of the `packages` list, and what had to be relaxed to get them.
class Listed {
 public:
  Listed(Universe& universe, Platform platform, const ResolveOptions& options)
      : universe_(universe), platform_(platform), options_(options) {}

  // Pins first: they decide what the name is for everybody else.
  Result<std::vector<const Candidate*>> find(const std::vector<PackageRequest>& requests) {
    std::vector<const Candidate*> found;
    for (const bool is_pinned : {true, false}) {
      for (const PackageRequest& request : requests) {
        if (request.banned || request.version.empty() == is_pinned) continue;
        TRY(const Candidate* candidate, find_one(request));
        TRY_STATUS(add(*candidate, found));
      }
    }
    return found;
  }

  const std::vector<std::string>& relaxed() const { return relaxed_; }

 private:
  static constexpr int most_aliases = 10;  // that lead from one to the next

  static Status add(const Candidate& candidate, std::vector<const Candidate*>& found) {
    for (const Candidate* other : found) {
      if (other == &candidate) return {};
      if (other->stanza.name != candidate.stanza.name) continue;
      return fail(ErrorKind::conflict, "cannot install both {} {} and {} {}: pin one version of it",
                  other->stanza.name, other->stanza.version, candidate.stanza.name, candidate.stanza.version);
    }
    found.push_back(&candidate);
    return {};
  }

  Result<const Candidate*> find_one(const PackageRequest& request, int depth = 0) {
    const std::string name(plain_name(request.name, platform_));
    TRY(const Candidate* candidate, universe_.candidate(name));
    const auto alias = options_.aliases.find(name);
    if (!candidate && alias != options_.aliases.end()) {
      if (depth == most_aliases) {
        return fail(ErrorKind::invalid_input,
                    "cannot find package {}: the aliases in config.yaml lead in a circle", name);
      }
      return find_one({alias->second, request.version, false}, depth + 1);
    }
    if (!candidate) {
      TRY(candidate, single_provider(name));
      if (!candidate) return unknown_package(name, universe_.suites());
    }
    if (request.version.empty() || candidate->stanza.version == request.version) return candidate;
    TRY(const bool pinned, universe_.pin(name, request.version));
    if (pinned) return universe_.candidate(name);
    if (options_.relax_vendor_pins) {
      relaxed_.push_back(fmt::format("{}={} -> {} {}", request.name, request.version, candidate->stanza.name,
                                     candidate->stanza.version));
      return candidate;
    }
    TRY(const auto versions, universe_.versions(candidate->stanza.name));
    return fail(ErrorKind::not_found,
                "cannot find {}={}: the repositories have {} {}: pin one of these, leave the version out, or "
                "set upstreams.relax_vendor_pins in config.yaml",
                name, request.version, candidate->stanza.name, fmt::join(versions, ", "));
  }

  // A virtual name on the list is fine as long as there is no choice to be made.
  Result<const Candidate*> single_provider(const std::string& name) {
    TRY(const auto providers, universe_.providers(name));
    if (providers.size() == 1) return providers.front();
    if (providers.empty()) return nullptr;
    std::string names;
    for (const Candidate* provider : providers) names += fmt::format(" {}", provider->stanza.name);
    return fail(ErrorKind::conflict,
                "cannot choose a package for {}: it is a virtual name, provided by{}: list one "
                "of these",
                name, names);
  }

  Universe& universe_;
  Platform platform_;
  const ResolveOptions& options_;
  std::vector<std::string> relaxed_;
};

// What may not be chosen. A vendor's name that nothing here has bans what stands in for it.
using Names = std::set<std::string, std::less<>>;
Result<Names> banned_names(const std::vector<PackageRequest>& requests, Platform platform, Universe& universe,
                           const ResolveOptions& options) {
  Names banned;
  for (const PackageRequest& request : requests) {
    if (!request.banned) continue;
    std::string name(plain_name(request.name, platform));
    while (banned.insert(name).second) {
      TRY(const Candidate* candidate, universe.candidate(name));
      const auto alias = options.aliases.find(name);
      if (candidate || alias == options.aliases.end()) break;
      name = alias->second;
    }
  }
  return banned;
}

Result<LockedPackage> locked(const Choice& choice, Platform platform, std::span<const SuiteIndex> suites) {
  const PackageStanza& stanza = choice.package->stanza;
  const SuiteIndex& suite = suites[choice.package->suite];
  auto digest = Digest::of_hex(Digest::Algorithm::sha256, stanza.sha256);
  if (!digest || stanza.filename.empty() || stanza.size_bytes == 0) {
    return fail(
        ErrorKind::verification_failed,
        "cannot lock {} {}: its entry in {} {} lacks SHA256, Size or Filename, so its bytes could not be "
        "checked",
        stanza.name, stanza.version, suite.base_url, suite.origin.suite);
  }
  return LockedPackage{.name = std::string(stanza.name),
                       .version = std::string(stanza.version),
                       .architecture = std::string(stanza.architecture),
                       .source = std::string(stanza.source),
                       .source_version = std::string(stanza.source_version),
                       .digest = *digest,
                       .size_bytes = stanza.size_bytes,
                       .url = fmt::format("{}/{}", suite.base_url, stanza.filename),
                       .platforms = {platform},
                       .index = choice.package->suite,
                       .reason = choice.reason,
                       .replaces = std::string(stanza.replaces)};
}

}  // namespace

Result<Resolution> resolve(const Definition& definition, Platform platform,
                           std::span<const SuiteIndex> suites, const ResolveOptions& options) {
  Universe universe(suites, platform);
  TRY(const Names banned, banned_names(definition.packages, platform, universe, options));
  Listed listed(universe, platform, options);
  TRY(const auto candidates, listed.find(definition.packages));
  Chooser chooser(universe, [&](std::string_view name) { return banned.contains(name); });
  TRY(const auto choices, chooser.choose(candidates));

  Resolution resolution;
  resolution.relaxed_pins = listed.relaxed();
  for (const Choice& choice : choices) {
    TRY(auto package, locked(choice, platform, suites));
    resolution.packages.push_back(std::move(package));
  }
  for (const Chooser::Dropped& dropped : chooser.dropped()) {
    resolution.dropped.push_back({std::string(dropped.package->stanza.name),
                                  std::string(dropped.field),
                                  text_of(*dropped.relation),
                                  {platform}});
  }
  return resolution;
}

}  // namespace hauberk
