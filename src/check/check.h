// Check: how hardened an image is, by a list of checks with an id each.
//
// A check looks at Facts alone and says pass, fail, warn, not applicable or not checked, with what it found;
// an empty image passes nothing that had nothing to look at. Accepted findings (a reason and an end date) are
// counted apart. Level `information` never fails an image: what it finds is a warning. The list of checks is
// docs/checks.md. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "check/acceptances.h"
#include "facts/facts.h"

namespace hauberk {

enum class CheckLevel { failure, warning, information };
enum class CheckProfile { runtime, dev, app };
enum class Outcome { pass, fail, warn, accepted, not_applicable, not_checked };

// "failure", ... ; "runtime", "dev", "app"; "pass", "fail", "warn", "accepted", "not applicable", "not
// checked".
std::string_view name_of(CheckLevel level);
std::string_view name_of(CheckProfile profile);
std::string_view name_of(Outcome outcome);
Result<CheckProfile> parse_check_profile(std::string_view text);

// A known hole that the scan found; check and scan do not know of each other.
struct KnownHole {
  std::string id = {};  // "CVE-2026-0001"
  std::string package = {};
  bool is_critical = false;
  bool is_fixable = false;  // fixed and available, and no VEX statement says otherwise
};

struct CheckInput {
  const Facts& facts;
  CheckProfile profile = CheckProfile::runtime;
  const Facts* base = nullptr;  // app: the known base that this image stands on
  std::vector<Acceptance> acceptances = {};
  std::int64_t now = 0;  // seconds since 1970: acceptances and certificates end
  std::vector<std::string> writable_paths = {};  // annotation hauberk.writable, absolute
  std::optional<std::map<std::string, std::string>> package_origins =
      {};  // of the lock: name -> signed origin, "" unsigned
  std::optional<std::vector<KnownHole>> holes = {};  // where a feed is there
  std::string holes_unknown = {};  // why there are none, where it is not for lack of a feed
  std::optional<std::string> end_of_life =
      {};  // of the distribution, a sentence; empty: supported; none: unknown
  std::vector<std::string> ended_packages = {};  // "name: why", from debian-security-support
};

struct CheckFinding {
  std::string path = {};  // or the thing's name, where it is no file
  std::string detail = {};  // one clause: "mode 4755, owner 0:0"
  bool only_warns = false;  // the lesser half of a check that fails otherwise (ELF-03: no immediate binding)
  bool is_accepted = false;
  std::string reason = {};  // of the acceptance, also of one that has ended
  std::string until = {};  // ... and its day; with is_accepted false: it has ended

  friend bool operator==(const CheckFinding&, const CheckFinding&) = default;
};

struct CheckResult {
  std::string id = {};  // "FS-01"
  CheckLevel level = CheckLevel::failure;
  Outcome outcome = Outcome::not_checked;
  std::string title = {};  // "no setuid or setgid files"
  std::string why = {};  // why it matters, one plain sentence
  std::string mend = {};  // how to mend it
  std::vector<std::string> also_known_as = {};  // "CIS Docker 4.8", "NIST SP 800-190 4.1.2"
  std::vector<CheckFinding> findings = {};  // sorted by path; those that are accepted too
  std::string note = {};  // why not applicable or not checked

  friend bool operator==(const CheckResult&, const CheckResult&) = default;
};

struct Report {
  std::string name = {};
  CheckProfile profile = CheckProfile::runtime;
  std::vector<CheckResult> results = {};  // in the order of docs/checks.md

  std::vector<Acceptance> unused = {};  // acceptances that met no finding: they can be removed

  bool passes() const;  // no result is `fail`
  std::map<Outcome, std::size_t> counts() const;

  friend bool operator==(const Report&, const Report&) = default;
};

Report check_image(const CheckInput& input);

Json json_of(const Report& report);
std::string text_of(const Report& report, bool all);  // `all`: also what passed

}  // namespace hauberk
