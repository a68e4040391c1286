// What is said of an image: the predicates of the statements that prove it.
//
// Each function turns one value that another stage made (lock, report, findings, trial) into the predicate of
// one type; attest wraps it into a statement about the image, and the signer signs that. The predicates hold
// no secret: URLs have lost user info and query before they were recorded, and of a secret found in an image
// only its place and kind is said. The same input gives the same predicate; times come in by the parameters,
// under the members that volatile_members() names. Specs: DESIGN section 6; SLSA provenance v1; in-toto
// attestation predicates vulns v0.2 and test-result v0.1; OpenVEX 0.2.0. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "check/check.h"
#include "resolve/lock.h"
#include "scan/scan.h"
#include "trial/trial.h"

namespace hauberk {

// Who built, and when.
struct BuildRun {
  std::string builder_id;  // "urn:x-hauberk:builder:local": the mode; bound to a key by trust.json
  std::string program_version;  // of hauberk
  Time started = {};
  Time finished = {};
  std::string commit = {};  // of the definition's catalogue, where it is in git; 40 or 64 hex digits
  std::string definition_path = {};  // below the catalogue's root
};

// SLSA v1: the definition with its digest, the lock, every index with its signers, every package with digest
// and URL, the compressor.
Json provenance_predicate(const Lock& lock, const BuildRun& run);

// in-toto vulns v0.2: every finding that is not "not affected", hidden ones with the reason.
Json vulnerabilities_predicate(const ScanResult& scan, Time scanned);

// OpenVEX: each finding as affected (with what to do), not affected (with the reason) or under investigation.
// None: there is nothing to state. `product` is the image's package URL.
std::optional<Json> vex_predicate(const ScanResult& scan, std::string_view product, Time scanned);

// in-toto test-result v0.1. None: not all tests were run and none failed, which is no result.
std::optional<Json> tests_predicate(const TrialReport& trial, const Digest& lock);

// hardening:v1: the report of all checks but those for secrets; secrets:v1: those.
Json hardening_predicate(const Report& report);
Json secrets_predicate(const Report& report);

// sources:v1: the source package of every package, so that its text can be asked for.
Json sources_predicate(const Lock& lock);

// inputs:v1: the artifact that keeps everything the image was made of, and what is in it (pipeline/inputs.h).
Json inputs_predicate(const Digest& artifact, Json contents);

// changelog:v1: what is another package since the image before. None before it: everything is new.
Json changelog_predicate(const Lock& lock, const Lock* before, const std::string& digest_before);

// coverage:v1: for each kind of evidence whether it is there, and why not. A gate reads absence as missing:
// this says why to people.
struct CoverageRow {
  std::string what;  // "tests"
  bool is_there = false;
  std::string why;  // why not; empty if it is

  friend bool operator==(const CoverageRow&, const CoverageRow&) = default;
};
Json coverage_predicate(std::vector<CoverageRow> rows);

// The predicate without what changes though nothing is new: times of a run, and ids made of them. Two
// predicates that are equal so say the same, and the older one stays.
Json lasting_part(std::string_view predicate_type, Json predicate);

}  // namespace hauberk
