// SPDX-License-Identifier: Apache-2.0
#include "cli/judge_subject.h"

#include <algorithm>

#include "base/fields.h"
#include "cli/accepted_findings.h"
#include "cli/find_image.h"
#include "cli/scan_subject.h"
#include "io/clock.h"
#include "oci/platform_image.h"
#include "pipeline/build.h"
#include "scan/debian_release.h"
#include "scan/feed_store.h"

namespace hauberk {
namespace {

// What this machine knows of an image beside what is in it.
struct Known {
  std::optional<Digest> index;
  std::optional<Lock> lock;
};

// Only if the facts are of the image that the name means in the store, and not of a path of that name.
Result<Known> known_of(const Subject& subject, const std::string& text, const Facts& facts) {
  if (subject.store == nullptr || !facts.descriptor) return Known{};
  const auto found = find_image(*subject.store, text);
  if (!found) return Known{};
  const auto manifests = manifests_of(subject.store->blobs(), found->descriptor);
  const bool is_it = manifests && std::ranges::any_of(*manifests, [&](const Descriptor& manifest) {
                       return manifest.digest == facts.descriptor->digest;
                     });
  if (!is_it) return Known{};
  auto lock = lock_of_image(*subject.store, found->descriptor.digest);
  if (lock) return Known{found->descriptor.digest, *std::move(lock)};
  if (lock.error().kind != ErrorKind::not_found) return std::unexpected(lock.error());
  return Known{found->descriptor.digest, std::nullopt};
}

std::map<std::string, std::string> origins_of(const Lock& lock) {
  std::map<std::string, std::string> origins;
  for (const LockedPackage& package : lock.packages) {
    const bool has_index = package.index < lock.indexes.size();
    const bool is_signed = has_index && !lock.indexes[package.index].signed_by.empty();
    origins[package.name] = is_signed ? lock.indexes[package.index].origin : "";
    // A repository may be signed and say no origin: the signature is what counts.
    if (is_signed && origins[package.name].empty()) origins[package.name] = lock.indexes[package.index].url;
  }
  return origins;
}

// Ours to build in: the lock says so, else its own history and name. A wrong guess is in the report's first
// line.
CheckProfile usual_profile(const Facts& facts, const std::optional<Lock>& lock) {
  if (lock) return lock->profile == "dev" ? CheckProfile::dev : CheckProfile::runtime;
  const bool is_ours =
      !facts.config.history.empty() && facts.config.history.front().created_by.starts_with("hauberk: ");
  const bool is_named_dev =
      std::ranges::any_of(facts.tags, [](const std::string& tag) { return tag.ends_with("-dev"); });
  return is_ours && is_named_dev ? CheckProfile::dev : CheckProfile::runtime;
}

// What the image may be called in an acceptance. An archive says itself which tags it has, so that it could
// name itself after an image that is excused: of those only what the user wrote counts.
std::vector<std::string> names_of(const JudgeRequest& request, const Known& known, const Facts& facts) {
  if (!known.index) return {request.image};
  std::vector<std::string> names = facts.tags;
  for (const std::string& tag : facts.tags) {
    const auto colon = tag.rfind(':');
    if (colon != std::string::npos) names.push_back(tag.substr(0, colon));
  }
  return names;
}

bool is_about(const Acceptance& acceptance, const std::vector<std::string>& names) {
  return acceptance.image.empty() || std::ranges::any_of(names, [&](const std::string& name) {
           return pattern_fits(acceptance.image, name);
         });
}

Result<std::vector<Acceptance>> acceptances_for(const JudgeRequest& request, const Subject& subject,
                                                const Known& known, const Facts& facts) {
  std::vector<Acceptance> all;
  if (subject.store != nullptr) {
    TRY(all, acceptances_in_store(*subject.store, known.index));
  }
  for (const std::string& path : request.accept_files) {
    TRY(const auto more, acceptances_of_file(path));
    all.insert(all.end(), more.begin(), more.end());
  }
  const auto names = names_of(request, known, facts);
  std::erase_if(all, [&](const Acceptance& acceptance) { return !is_about(acceptance, names); });
  return all;
}

std::vector<std::string> writable_paths(const Facts& facts) {
  std::vector<std::string> paths;
  const auto annotation = facts.annotations.find("hauberk.writable");
  if (annotation == facts.annotations.end()) return paths;
  for (const std::string_view path : split(annotation->second, ' ')) {
    if (!path.empty()) paths.emplace_back(path);
  }
  return paths;
}

void add_support(const Facts& facts, CheckInput& input) {
  const std::string codename = debian_codename(facts.os);
  if (!codename.empty()) input.end_of_life = debian_end_of_life(codename, input.now);
}

// A feed that is there and cannot be used is an error: silence would read as safety.
Result<std::optional<ScanResult>> scan_of(Session& session, const JudgeRequest& request,
                                          const Subject& subject) {
  if (subject.store == nullptr) return std::nullopt;
  TRY(const Advisories known, FeedStore(*subject.store).load());
  if (known.feeds().empty()) return std::nullopt;
  ScanRequest wanted;
  wanted.subject = request.image;
  if (request.platform) wanted.platform = request.platform->text();
  TRY(const ScanInput input, scan_input(session, wanted));
  return scan(input.inventory, input.advisories, input.options());
}

// A feed past its maximum age says nothing of what was found since: neither yes nor no. Rank and support that
// are old mislead less.
std::string stale_feed(const ScanResult& scan) {
  for (const FeedUse& feed : scan.feeds) {
    const bool is_rank = feed.name == "kev" || feed.name == "epss" || feed.name == "debian-security-support";
    if (feed.is_stale && !is_rank) return feed.name;
  }
  return {};
}

void add_holes(const ScanResult& scan, CheckInput& input) {
  if (const std::string name = stale_feed(scan); !name.empty()) {
    input.holes_unknown =
        fmt::format("the feed {} is too old to tell; get it anew with `hauberk feed update`", name);
    return;
  }
  input.holes.emplace();
  std::map<std::string, std::string> ended;
  for (const Finding& finding : scan.findings) {
    if (finding.state == FixState::end_of_life && !finding.is_hidden())
      ended.emplace(finding.source, finding.note);
    if (!counts(finding)) continue;
    // What is known to be used by attackers is critical, whatever it was rated.
    const bool is_critical = finding.severity == Severity::critical || finding.is_known_exploited;
    input.holes->push_back({finding.id, finding.source, is_critical,
                            finding.state == FixState::fixed_available});
  }
  for (const auto& [source, note] : ended) {
    input.ended_packages.push_back(note.empty() ? source : fmt::format("{}: {}", source, note));
  }
}

Result<CheckProfile> profile_of(const JudgeRequest& request, const Facts& facts, const Known& known) {
  if (!request.profile.empty()) return parse_check_profile(request.profile);
  return request.base.empty() ? usual_profile(facts, known.lock) : CheckProfile::app;
}

}  // namespace

Result<JudgedSubject> judge_subject(Session& session, const JudgeRequest& request) {
  TRY(const Subject subject, open_subject(session, request.image, request.platform));
  TRY(Facts facts, facts_of(*subject.image, subject.store.get()));
  TRY(const Known known, known_of(subject, request.image, facts));
  CheckInput input{.facts = facts, .now = to_unix(system_clock().now())};
  TRY(input.profile, profile_of(request, facts, known));
  TRY(input.acceptances, acceptances_for(request, subject, known, facts));
  input.writable_paths = writable_paths(facts);
  if (known.lock) input.package_origins = origins_of(*known.lock);
  add_support(facts, input);
  TRY(std::optional<ScanResult> found, scan_of(session, request, subject));
  if (found) {
    add_holes(*found, input);
  } else {
    for (const std::string& problem : facts.problems) session.warn(problem);
  }
  std::optional<Facts> base;
  if (!request.base.empty()) {
    TRY(const Subject base_subject, open_subject(session, request.base, request.platform));
    TRY(base, facts_of(*base_subject.image, base_subject.store.get()));
    input.base = &*base;
  }
  Report report = check_image(input);
  return JudgedSubject{std::move(facts), std::move(report), std::move(found)};
}

}  // namespace hauberk
