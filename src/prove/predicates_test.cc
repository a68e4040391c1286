// SPDX-License-Identifier: Apache-2.0
#include "prove/predicates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "attest/predicate.h"
#include "prove/verify.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Lock example_lock() {
  Lock lock;
  lock.recipe = 5;
  lock.definition = {{"name", "example"}};
  lock.platforms = {*Platform::parse("linux/amd64")};
  lock.profile = "runtime";
  lock.output = "layered";
  lock.compression = "gzip";
  lock.compressor = "libdeflate 1.14 level 6";
  lock.guards = {{"setuid", true}};
  lock.indexes = {{"http://ftp.debian.org/debian/dists/trixie",
                   "trixie",
                   "trixie",
                   "main",
                   "amd64",
                   "Debian",
                   "2026-11-01T00:00:00Z",
                   "",
                   {"AB12"},
                   Digest::of("release"),
                   Digest::of("packages")}};
  LockedPackage package{"libexample1",  "1:2.0-1+b1",
                        "amd64",        "example",
                        "1:2.0-1",      Digest::of("deb"),
                        1234,           "http://ftp.debian.org/debian/pool/e.deb",
                        lock.platforms, 0,
                        "listed",       ""};
  lock.packages = {package};
  package.name = "example-data";
  package.version = "1:2.0-1";
  package.digest = Digest::of("data");
  lock.packages.push_back(package);
  lock.files = {{"conf/example.conf", Digest::of("file"), 4}};
  return lock;
}

Time at(std::string_view text) { return parse_rfc3339(text).value(); }

BuildRun example_run() {
  return {"urn:x-hauberk:builder:local",
          "0.1.0",
          at("2026-11-02T00:00:00Z"),
          at("2026-11-02T00:00:03Z"),
          "0123456789012345678901234567890123456789",
          "example/debian-13/1.yaml"};
}

Finding finding(std::string id, FixState state, Severity severity) {
  Finding finding;
  finding.id = std::move(id);
  finding.source = "example";
  finding.installed = "1:2.0-1";
  finding.state = state;
  finding.severity = severity;
  finding.severity_source = "debian urgency";
  return finding;
}

ScanResult example_scan() {
  ScanResult scan;
  scan.os = {"debian", "13", "trixie", ""};
  scan.feeds = {{"debian-tracker", "sha256:1", "2026-11-01T10:00:00Z", false},
                {"kev", "sha256:2", "2026-11-01T09:00:00Z", false}};
  scan.findings = {finding("CVE-2026-0001", FixState::fixed_available, Severity::critical),
                   finding("CVE-2026-0002", FixState::open, Severity::critical),
                   finding("CVE-2026-0003", FixState::undetermined, Severity::unknown),
                   finding("CVE-2026-0004", FixState::fixed_available, Severity::critical),
                   finding("CVE-2026-0005", FixState::not_affected, Severity::low)};
  scan.findings[0].available_version = "1:2.0-2";
  scan.findings[3].vex =
      VexVerdict{VexStatus::not_affected, "component_not_present", "left out", "somebody", "", "", {}};
  return scan;
}

TEST(Provenance, NamesEverythingThatDecidedTheBytes) {
  const Lock lock = example_lock();
  const Json predicate = provenance_predicate(lock, example_run());
  const Json& build = predicate["buildDefinition"];
  EXPECT_EQ(build["externalParameters"]["definition"]["digest"]["sha256"],
            Digest::of(canonical_json(lock.definition)).hex());
  EXPECT_EQ(build["externalParameters"]["definition"]["commit"], example_run().commit);
  EXPECT_EQ(build["internalParameters"]["lock"]["sha256"], Digest::of(text_of(lock)).hex());
  EXPECT_EQ(build["internalParameters"]["compressor"], lock.compressor);
  const Json& all = build["resolvedDependencies"];
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0]["annotations"]["signedBy"], Json::array({"AB12"}));
  EXPECT_EQ(all[1]["uri"], "pkg:deb/debian/libexample1@1:2.0-1%2Bb1?arch=amd64&distro=trixie");
  EXPECT_EQ(all[1]["digest"]["sha256"], Digest::of("deb").hex());
  EXPECT_EQ(all[3]["name"], "conf/example.conf");
  EXPECT_FALSE(all[3].contains("uri"));  // a path is none
  EXPECT_EQ(predicate["runDetails"]["builder"]["id"], "urn:x-hauberk:builder:local");
  EXPECT_EQ(time_of_predicate(predicate::provenance, predicate), example_run().finished);
}

TEST(LastingPart, IsTheSameWhenNothingButTimePassed) {
  BuildRun later = example_run();
  later.started += std::chrono::hours(1);
  later.finished += std::chrono::hours(1);
  const auto lasting = [](std::string_view type, const Json& predicate) {
    return canonical_json(lasting_part(type, predicate));
  };
  const Lock lock = example_lock();
  EXPECT_EQ(lasting(predicate::provenance, provenance_predicate(lock, example_run())),
            lasting(predicate::provenance, provenance_predicate(lock, later)));
  later.builder_id = "urn:x-hauberk:builder:watch";
  EXPECT_NE(lasting(predicate::provenance, provenance_predicate(lock, example_run())),
            lasting(predicate::provenance, provenance_predicate(lock, later)));
  const ScanResult scan = example_scan();
  const Time first = at("2026-11-02T00:00:00Z"), second = at("2026-11-03T00:00:00Z");
  EXPECT_EQ(lasting(predicate::vulns, vulnerabilities_predicate(scan, first)),
            lasting(predicate::vulns, vulnerabilities_predicate(scan, second)));
  EXPECT_EQ(lasting(predicate::vex, *vex_predicate(scan, "pkg:oci/example", first)),
            lasting(predicate::vex, *vex_predicate(scan, "pkg:oci/example", second)));
  ScanResult newer = scan;
  newer.feeds[0].digest = "sha256:3";
  EXPECT_NE(lasting(predicate::vulns, vulnerabilities_predicate(scan, first)),
            lasting(predicate::vulns, vulnerabilities_predicate(newer, first)));
  EXPECT_EQ(lasting(predicate::vex, *vex_predicate(scan, "pkg:oci/example", first)),
            lasting(predicate::vex, *vex_predicate(newer, "pkg:oci/example", first)));
}

TEST(Vulnerabilities, AreAllThereButWhatDoesNotAffect) {
  const Json predicate = vulnerabilities_predicate(example_scan(), at("2026-11-02T00:00:00Z"));
  const Json& results = predicate["scanner"]["result"];
  ASSERT_EQ(results.size(), 4u);
  EXPECT_EQ(results[0]["id"], "CVE-2026-0001");
  EXPECT_EQ(results[0]["severity"][0], (Json{{"method", "debian urgency"}, {"score", "critical"}}));
  EXPECT_EQ(predicate["scanner"]["db"]["lastUpdate"], "2026-11-01T09:00:00Z") << "as old as the oldest";
  EXPECT_THAT(failed_outcome(predicate::vulns, predicate, "no-critical"),
              HasSubstr("2 critical known holes: CVE-2026-0001, CVE-2026-0002"));
  const std::string fixable = failed_outcome(predicate::vulns, predicate, "no-fixable-critical");
  EXPECT_THAT(fixable, HasSubstr("CVE-2026-0001"));
  EXPECT_THAT(fixable, Not(HasSubstr("CVE-2026-0004"))) << "hidden by VEX";
  EXPECT_EQ(failed_outcome(predicate::vulns, Json::array(), "no-critical"), "it has no list of results");
}

// As other scanners write it: what may be critical is never passed over because it is written otherwise.
TEST(Vulnerabilities, OfOthersAreReadWithDoubt) {
  const auto outcome = [](const char* result, std::string_view name) {
    return failed_outcome(predicate::vulns, {{"scanner", {{"result", Json::array({Json::parse(result)})}}}},
                          name);
  };
  const auto scored = [](std::string_view score, std::string_view state = "open") {
    return fmt::format(R"({{"id":"CVE-2026-0001","severity":[{{"method":"nvd","score":{}}}],)"
                       R"("annotations":[{{"key":"state","value":"{}"}}]}})",
                       score, state);
  };
  const std::string vector = R"("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")";
  for (const std::string score : {"\"critical\"", "\"CRITICAL\"", "\"Critical\"", "\"9.8\"", "\"9\"", "9.0",
                                  "10", "\"1e1\"", vector.c_str()}) {
    EXPECT_THAT(outcome(scored(score).c_str(), "no-critical"), HasSubstr("1 critical known holes")) << score;
  }
  for (const std::string score : {"\"high\"", "\"HIGH\"", "\"moderate\"", "\"8.9\"", "8.9", "0",
                                  "\"unknown\"", "\"Unknown\"", "\"none\""}) {
    EXPECT_EQ(outcome(scored(score).c_str(), "no-critical"), "") << score;
  }
  for (const std::string score : {"\"\"", "\"critical!\"", "\"-1\"", "-1", "\"nan\"", "null", "true", "[9.8]",
                                  "\"CVSS:4.0/AV:N\"", "\"9.8 (critical)\""}) {
    EXPECT_THAT(outcome(scored(score).c_str(), "no-critical"), HasSubstr("cannot tell whether CVE-2026-0001"))
        << score;
  }
  for (const char* result : {"\"CVE-2026-0001 critical\"", "{}", "[]", "7", R"({"id":"x"})",
                             R"({"id":"x","severity":"critical"})", R"({"id":"x","severity":["critical"]})",
                             R"({"id":"x","severity":[{"method":"epss","score":"0.9"}]})"}) {
    for (const char* name : {"no-critical", "no-fixable-critical"}) {
      EXPECT_THAT(outcome(result, name), HasSubstr("cannot tell")) << result << " " << name;
    }
  }
  EXPECT_EQ(outcome(scored("9.8").c_str(), "no-fixable-critical"), "");
  EXPECT_THAT(outcome(scored("9.8", "fixed and available").c_str(), "no-fixable-critical"),
              HasSubstr("1 critical"));
  for (const char* state : {"", "fixed", "Open"}) {
    EXPECT_THAT(outcome(scored("9.8", state).c_str(), "no-fixable-critical"), HasSubstr("cannot tell"))
        << state;
    EXPECT_EQ(outcome(scored("5", state).c_str(), "no-fixable-critical"), "") << state;
  }
}

TEST(Vex, SaysWhatToDo) {
  const auto predicate = vex_predicate(example_scan(), "pkg:oci/example", at("2026-11-02T00:00:00Z"));
  ASSERT_TRUE(predicate);
  const Json& statements = (*predicate)["statements"];
  ASSERT_EQ(statements.size(), 4u);
  EXPECT_EQ(statements[0]["status"], "affected");
  EXPECT_EQ(statements[0]["action_statement"], "Build the image again: the archive has example 1:2.0-2.");
  EXPECT_EQ(statements[0]["products"][0]["subcomponents"][0]["@id"],
            "pkg:deb/debian/example@1:2.0-1?arch=source");
  EXPECT_EQ(statements[2]["status"], "under_investigation");
  EXPECT_EQ(statements[3]["status"], "not_affected");
  EXPECT_EQ(statements[3]["justification"], "component_not_present");
  EXPECT_FALSE(vex_predicate(ScanResult{}, "pkg:oci/example", at("2026-11-02T00:00:00Z")));
}

TEST(Tests, WhatWasNotRunIsNoPass) {
  const auto with = [](std::vector<TrialCase::Outcome> outcomes) {
    TrialReport report;
    for (const auto outcome : outcomes) report.cases.push_back({"one", outcome, "", 0});
    return tests_predicate(report, Digest::of("lock"));
  };
  using Outcome = TrialCase::Outcome;
  EXPECT_FALSE(with({Outcome::not_run}));
  EXPECT_EQ((*with({Outcome::passed}))["result"], "PASSED");
  EXPECT_FALSE(with({Outcome::passed, Outcome::not_run}));
  EXPECT_EQ((*with({Outcome::passed, Outcome::failed, Outcome::not_run}))["result"], "FAILED");
  EXPECT_EQ(failed_outcome(predicate::tests, *with({Outcome::passed}), "passed"), "");
  EXPECT_NE(failed_outcome(predicate::tests, *with({Outcome::failed}), "passed"), "");
  EXPECT_NE(failed_outcome(predicate::tests, Json{{"result", true}}, "passed"), "");
}

TEST(Hardening, SecretsAreAReportOfTheirOwn) {
  Report report;
  report.results = {{.id = "FS-01", .outcome = Outcome::pass}, {.id = "SEC-01", .outcome = Outcome::fail}};
  report.results[1].findings = {{.path = "etc/key", .detail = "private key"}};
  EXPECT_EQ(hardening_predicate(report)["results"].size(), 1u);
  EXPECT_EQ(failed_outcome(predicate::hardening, hardening_predicate(report), "passes"), "");
  EXPECT_EQ(secrets_predicate(report)["counts"], (Json{{"fail", 1}}));
  EXPECT_NE(failed_outcome(predicate::secrets, secrets_predicate(report), "passes"), "");
}

TEST(Changelog, NamesWhatIsAnother) {
  const Lock before = example_lock();
  Lock now = before;
  now.packages[0].version = "1:2.0-2";
  now.packages[1].name = "example-doc";
  const Json changes = changelog_predicate(now, &before, "sha256:0");
  EXPECT_EQ(changes["changed"], Json::array({{{"name", "libexample1"},
                                              {"architecture", "amd64"},
                                              {"from", "1:2.0-1+b1"},
                                              {"to", "1:2.0-2"}}}));
  EXPECT_EQ(changes["added"][0]["name"], "example-doc");
  EXPECT_EQ(changes["removed"][0]["name"], "example-data");
  EXPECT_EQ(changelog_predicate(now, nullptr, "")["added"].size(), 2u);
}

TEST(Sources, AreEachOnce) {
  const Json sources = sources_predicate(example_lock())["sources"];
  ASSERT_EQ(sources.size(), 1u);
  EXPECT_EQ(sources[0]["packages"], Json::array({"example-data", "libexample1"}));
}

}  // namespace
}  // namespace hauberk
