// SPDX-License-Identifier: Apache-2.0
#include "scan/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/terminal_text.h"
#include "scan/advisory_builder.h"
#include "scan/explain.h"
#include "scan/test_inventory.h"
#include "scan/tracker_feed.h"

namespace hauberk {
namespace {

using testing::HasSubstr;
using testing::Not;

Finding finding(std::string id, Severity severity, FixState state) {
  Finding made;
  made.id = std::move(id);
  made.source = "libexample";
  made.installed = "1-1";
  made.packages = {"libexample1"};
  made.severity = severity;
  made.state = state;
  return made;
}

ScanResult example() {
  ScanResult result;
  result.name = "example:1";
  result.findings = {finding("CVE-2026-0001", Severity::high, FixState::fixed_available),
                     finding("CVE-2026-0002", Severity::low, FixState::open),
                     finding("CVE-2026-0003", Severity::critical, FixState::undetermined),
                     finding("CVE-2026-0004", Severity::critical, FixState::open)};
  result.findings[3].vex =
      VexVerdict{.status = VexStatus::not_affected, .justification = "component_not_present"};
  return result;
}

std::size_t refused_by(std::string_view words) {
  const auto fail_on = parse_fail_on(words);
  EXPECT_TRUE(fail_on) << words;
  return refused(example(), *fail_on).size();
}

TEST(FailOn, CountsWhatIsMeant) {
  EXPECT_EQ(refused_by("any"), 2U);
  EXPECT_EQ(refused_by("critical"), 0U) << "hidden and undetermined ones never fail";
  EXPECT_EQ(refused_by("high"), 1U);
  EXPECT_EQ(refused_by("low"), 2U);
  EXPECT_EQ(refused_by("fixable"), 1U);
  EXPECT_EQ(refused_by("low,fixable"), 1U);
  EXPECT_EQ(refused_by("critical,fixable"), 0U);
  EXPECT_EQ(refused_by("exploited"), 0U);
  EXPECT_FALSE(parse_fail_on("severe"));
  EXPECT_FALSE(parse_fail_on("high,"));
}

TEST(Report, TheTableGroupsAndCounts) {
  const std::string text = table_of(example(), false);
  EXPECT_THAT(text, HasSubstr("libexample 1-1  in libexample1\n"));
  EXPECT_THAT(text, HasSubstr("2 known holes: 1 high, 1 low\n1 can be closed now"));
  EXPECT_THAT(text, HasSubstr("To close them, build the image again"));
  EXPECT_THAT(text, HasSubstr("1 hidden by VEX\n1 undetermined\n"));
  EXPECT_THAT(text, Not(HasSubstr("CVE-2026-0004")));
  EXPECT_THAT(table_of(example(), true), HasSubstr("VEX: not_affected: component_not_present"));
}

TEST(Report, HostileTextsStayInTheirLine) {
  ScanResult result = example();
  result.findings.resize(1);
  result.findings[0].id = "CVE-1\x1b[2J\nFAKE LINE";
  result.findings[0].description = std::string(99, 'a') + "\xc3\xa4\xe2\x80\xae";
  result.findings[0].packages = {"../../etc", "b\xe2\x80\xae"};
  const std::string shown = terminal_text(table_of(result, true));
  EXPECT_THAT(shown, Not(HasSubstr("\x1b")));
  EXPECT_THAT(shown, Not(HasSubstr("\nFAKE")));
  EXPECT_THAT(shown, Not(HasSubstr("\xe2\x80\xae")));
  for (const char c : ascii_json(json_of(result)) + ascii_json(sarif_of(result))) {
    ASSERT_TRUE(c == '\n' || (c >= ' ' && c <= '~'));
  }
}

TEST(Report, SarifHasARuleForEachVulnerabilityAndHidesByVex) {
  const Json sarif = sarif_of(example());
  EXPECT_EQ(sarif["version"], "2.1.0");
  const Json& run = sarif["runs"][0];
  EXPECT_EQ(run["tool"]["driver"]["rules"].size(), 4U);
  ASSERT_EQ(run["results"].size(), 4U);
  for (const Json& result : run["results"]) {
    EXPECT_EQ(run["tool"]["driver"]["rules"][result["ruleIndex"].get<std::size_t>()]["id"], result["ruleId"]);
    EXPECT_EQ(result.contains("suppressions"), result["ruleId"] == "CVE-2026-0004");
  }
  EXPECT_EQ(run["results"][0]["level"], "error");
  EXPECT_EQ(run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "example%3A1");
}

TEST(Report, JsonIsTheResult) {
  const Json json = json_of(example());
  EXPECT_EQ(json["findings"][0]["state"], "fixed and available");
  EXPECT_EQ(json["findings"][0]["counts"], true);
  EXPECT_EQ(json["findings"][3]["hidden"], true);
  EXPECT_EQ(json["findings"][3]["vex"]["status"], "not_affected");
  EXPECT_TRUE(json["findings"][0]["epss"].is_null());
}

TEST(Explain, ShowsRowPackageComparisonAndVerdict) {
  AdvisoryBuilder builder;
  builder.begin_feed({"debian", "debian-tracker", "", "2026-01-01T00:00:00Z", 60});
  ASSERT_TRUE(read_debian_tracker(R"({"libexample": {"CVE-2026-0001": {"description": "A hole.", "releases": {
      "bookworm": {"status": "resolved", "fixed_version": "1-2", "urgency": "low"},
      "trixie": {"status": "open", "nodsa": "Minor", "nodsa_reason": "postponed", "urgency": "low"}}}}})",
                                  builder));
  const auto advisories = builder.finish();
  ASSERT_TRUE(advisories);
  const auto steps = [&](std::string version) {
    const auto made =
        explain("CVE-2026-0001", bookworm({deb("libexample1", version, "libexample")}), *advisories, {});
    EXPECT_TRUE(made);
    return fmt::format("{}", fmt::join(made->steps, "\n"));
  };
  EXPECT_THAT(steps("1-1"),
              HasSubstr("source package libexample in bookworm (this image's release) is fixed since "
                        "version 1-2"));
  EXPECT_THAT(steps("1-1"), HasSubstr("in trixie is open; the fix is postponed"));
  EXPECT_THAT(steps("1-1"), HasSubstr("1-1 is below 1-2"));
  EXPECT_THAT(steps("1-2"), HasSubstr("Verdict: not affected."));
  const auto absent = explain("CVE-2026-0001", bookworm({deb("other", "1")}), *advisories, {});
  ASSERT_TRUE(absent);
  EXPECT_FALSE(absent->is_affected);
  EXPECT_THAT(absent->steps.back(), HasSubstr("none of the packages"));
  EXPECT_EQ(explain("CVE-2026-0002", bookworm({}), *advisories, {}).error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace hauberk
