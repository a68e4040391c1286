// SPDX-License-Identifier: Apache-2.0
#include "scan/scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "scan/advisory_builder.h"
#include "scan/test_inventory.h"
#include "scan/tracker_feed.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t now = 1'780'000'000;  // 2026-05-28, before the end of bookworm

Advisories tracker(std::string_view json, std::int64_t max_age = 86'400) {
  AdvisoryBuilder builder;
  builder.begin_feed({"debian", "debian-tracker", "sha256:00", to_rfc3339(from_unix(now - 3600)), max_age});
  const auto read = read_debian_tracker(json, builder);
  EXPECT_TRUE(read) << read.error().message;
  auto made = builder.finish();
  EXPECT_TRUE(made) << made.error().message;
  return made ? *made : Advisories();
}

// One row of libexample in bookworm.
Advisories row(std::string_view members) {
  return tracker(fmt::format(R"({{"libexample": {{"CVE-2026-0001": {{"description": "A hole.", "releases": )"
                             R"({{"bookworm": {{{}}}}}}}}}}})",
                             members));
}

std::vector<std::string> ids(const ScanResult& result) {
  std::vector<std::string> all;
  for (const Finding& finding : result.findings) all.push_back(finding.id);
  return all;
}

TEST(Scan, KeepsTheStatesOfDebianApart) {
  const AvailableVersions index = {{"libexample", "1.2-3+deb12u2"}};
  const struct {
    const char* summary;
    const char* members;
    const char* installed;
    FixState state;
    Severity severity = Severity::unknown;
  } rows[] = {
      {"fixed in the index, older installed",
       R"("status":"resolved","fixed_version":"1.2-3+deb12u1","urgency":"low")", "1.2-3",
       FixState::fixed_available, Severity::low},
      {"the index has exactly the fix",
       R"("status":"resolved","fixed_version":"1.2-3+deb12u2","urgency":"low**")", "1.2-3+deb12u1",
       FixState::fixed_available, Severity::low},
      {"the index is behind the fix",
       R"("status":"resolved","fixed_version":"1.2-3+deb12u3","urgency":"medium*")", "1.2-3",
       FixState::fixed_elsewhere, Severity::medium},
      {"the fix waits for a point release",
       R"("status":"resolved","fixed_version":"1.2-3+deb12u3","next_point_update":true,"urgency":"high")",
       "1.2-3", FixState::fix_in_next_point, Severity::high},
      {"resolved in the archive, and here", R"("status":"resolved","fixed_version":"1.2-3","urgency":"low")",
       "1.2-3", FixState::not_affected, Severity::low},
      {"never affected", R"("status":"resolved","fixed_version":"0","urgency":"not yet assigned")", "1.2-3",
       FixState::not_affected},
      {"open", R"("status":"open","urgency":"not yet assigned")", "1.2-3", FixState::open},
      {"no-dsa", R"("status":"open","nodsa":"Minor issue","nodsa_reason":"","urgency":"low")", "1.2-3",
       FixState::no_dsa, Severity::low},
      {"no-dsa without the newer member", R"("status":"open","nodsa":"Minor issue","urgency":"low")", "1.2-3",
       FixState::no_dsa, Severity::low},
      {"postponed", R"("status":"open","nodsa":"Later","nodsa_reason":"postponed","urgency":"low")", "1.2-3",
       FixState::postponed, Severity::low},
      {"ignored", R"("nodsa_reason":"ignored","nodsa":"Too invasive","status":"open","urgency":"low")",
       "1.2-3", FixState::ignored, Severity::low},
      {"end of life", R"("status":"open","urgency":"end-of-life")", "1.2-3", FixState::end_of_life},
      {"undetermined", R"("status":"undetermined","urgency":"not yet assigned")", "1.2-3",
       FixState::undetermined},
      {"resolved without a version says nothing", R"("status":"resolved","urgency":"low")", "1.2-3",
       FixState::undetermined, Severity::low},
      {"unimportant", R"("status":"open","urgency":"unimportant")", "1.2-3", FixState::unimportant,
       Severity::negligible},
      {"unimportant and fixed is a fix",
       R"("status":"resolved","fixed_version":"1.2-3+deb12u1","urgency":"unimportant")", "1.2-3",
       FixState::fixed_available, Severity::negligible},
      {"an epoch decides", R"("status":"resolved","fixed_version":"1:1.0-1","urgency":"low")", "9.9-1",
       FixState::fixed_elsewhere, Severity::low},
  };
  for (const auto& [summary, members, installed, state, severity] : rows) {
    SCOPED_TRACE(summary);
    const auto result = scan(bookworm({deb("libexample1", "7:9.9-1+b1", "libexample", installed)}),
                             row(members), {.available = &index, .with_not_affected = true, .now = now});
    ASSERT_EQ(result.findings.size(), 1U);
    const Finding& finding = result.findings.front();
    EXPECT_EQ(name_of(finding.state), name_of(state));
    EXPECT_EQ(name_of(finding.severity), name_of(severity));
    EXPECT_EQ(finding.severity_source, severity == Severity::unknown ? "" : "debian urgency");
    EXPECT_EQ(finding.installed, installed);
    EXPECT_THAT(finding.packages, ElementsAre("libexample1"));
    EXPECT_EQ(counts(finding), state != FixState::not_affected && state != FixState::undetermined &&
                                   state != FixState::unimportant);
  }
}

TEST(Scan, NothingIsAvailableWithoutAnIndex) {
  const auto result =
      scan(bookworm({deb("libexample", "1.2-3")}),
           row(R"("status":"resolved","fixed_version":"1.2-3+deb12u1","urgency":"low")"), {.now = now});
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].state, FixState::fixed_elsewhere);
  EXPECT_EQ(result.findings[0].available_version, "");
}

TEST(Scan, ProposedUpdatesAreTheNextPointRelease) {
  const AvailableVersions index = {{"libexample", "1.2-3"}};
  const AvailableVersions proposed = {{"libexample", "1.2-3+deb12u1"}};
  const auto result = scan(bookworm({deb("libexample", "1.2-3")}),
                           row(R"("status":"resolved","fixed_version":"1.2-3+deb12u1","urgency":"low")"),
                           {.available = &index, .proposed = &proposed, .now = now});
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].state, FixState::fix_in_next_point);
}

TEST(Scan, MatchesBySourcePackageAndNeverByBinaryName) {
  const auto advisories = row(R"("status":"open","urgency":"low")");
  EXPECT_THAT(ids(scan(bookworm({deb("libexample", "1", "othersource")}), advisories, {.now = now})),
              IsEmpty());
  EXPECT_THAT(ids(scan(bookworm({deb("other", "1", "libexample")}), advisories, {.now = now})),
              ElementsAre("CVE-2026-0001"));
}

TEST(Scan, BinaryPackagesOfOneSourceAreOneFinding) {
  const auto result = scan(bookworm({deb("b", "2+b1", "libexample", "1"), deb("a", "2", "libexample", "1"),
                                     deb("c", "3", "libexample", "2")}),
                           row(R"("status":"open","urgency":"low")"), {.now = now});
  ASSERT_EQ(result.findings.size(), 2U);
  EXPECT_THAT(result.findings[0].packages, ElementsAre("a", "b"));
  EXPECT_THAT(result.findings[1].packages, ElementsAre("c"));
}

TEST(Scan, ARecordWithoutSourceVersionLosesOnlyTheRebuild) {
  Package rebuilt = deb("libexample", "1.2-3+b2");
  rebuilt.source_version.clear();
  const auto result =
      scan(bookworm({rebuilt}), row(R"("status":"resolved","fixed_version":"1.2-3","urgency":"low")"),
           {.with_not_affected = true, .now = now});
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].installed, "1.2-3");
  EXPECT_EQ(result.findings[0].state, FixState::not_affected);
}

TEST(Scan, WhatAPackageWasBuiltWithCounts) {
  Package program = deb("program", "5-1");
  program.built_using = {"libexample (= 1.2-3)", "libfine (= 2)", "broken", "x (", "libexample (= )"};
  const auto result = scan(bookworm({program}), row(R"("status":"open","urgency":"low")"), {.now = now});
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].source, "libexample");
  EXPECT_EQ(result.findings[0].installed, "1.2-3");
  EXPECT_EQ(result.findings[0].via, "Built-Using of program");
  EXPECT_THAT(result.findings[0].packages, ElementsAre("program"));
}

TEST(Scan, DebsOfOthersAreNotJudgedByDebiansData) {
  const auto advisories = row(R"("status":"resolved","fixed_version":"9-1","urgency":"low")");
  const AvailableVersions index = {{"libexample", "1.2-3"}};
  const struct {
    const char* summary;
    const char* version;
    const char* maintainer;
    const char* origin;
    const char* why;  // empty: judged
  } rows[] = {
      {"Debian's own", "1.2-3", "A <a@debian.org>", "", ""},
      {"a maintainer elsewhere is no sign by itself", "1.2-3", "A <a@example.org>", "", ""},
      {"Debian's team", "1.2-3", "T <team+x@tracker.debian.org>", "Debian", ""},
      {"an origin", "1.2-3", "A <a@debian.org>", "Example", "its origin is Example"},
      {"a version with a release's name", "1.2-3~bookworm", "A <a@example.org>", "", "\"~bookworm\""},
      {"Ubuntu's version", "1.2-3ubuntu4", "A <a@example.org>", "", "\"ubuntu\""},
      {"PostgreSQL's archive", "1.2-3.pgdg120+1", "T <team+x@tracker.debian.org>", "", "\"pgdg\""},
      {"newer than Debian's, by somebody else", "2.0-1", "A <a@example.org>", "",
       "newer than Debian's 1.2-3"},
      {"newer than our index, but Debian's", "2.0-1", "A <a@debian.org>", "", ""},
      {"no Debian revision, by somebody else", "1.1", "A <a@example.org>", "", "no Debian revision"},
  };
  for (const auto& r : rows) {
    SCOPED_TRACE(r.summary);
    Package package = deb("libexample", r.version);
    package.supplier = r.maintainer;
    package.origin = r.origin;
    const auto result = scan(bookworm({package}), advisories, {.available = &index, .now = now});
    if (*r.why == '\0') {
      EXPECT_THAT(result.not_judged, IsEmpty());
      EXPECT_EQ(result.findings.size(), 1U);
    } else {
      EXPECT_THAT(result.not_judged, ElementsAre(HasSubstr(r.why)));
      EXPECT_THAT(result.findings, IsEmpty());
    }
  }
}

// A native package ("6.4") of a maintainer elsewhere: where no version of Debian's is known, none is strange.
TEST(Scan, ARowWithoutVersionsMakesNoDebForeign) {
  const auto advisories = row(R"("status":"open","urgency":"low")");
  Package package = deb("libexample", "6.4");
  package.supplier = "A <a@example.org>";
  const AvailableVersions native = {{"libexample", "6.4"}};
  for (const AvailableVersions* index : {static_cast<const AvailableVersions*>(nullptr), &native}) {
    const auto result = scan(bookworm({package}), advisories, {.available = index, .now = now});
    EXPECT_THAT(result.not_judged, IsEmpty());
    EXPECT_THAT(ids(result), ElementsAre("CVE-2026-0001"));
  }
}

TEST(Scan, TheReleaseIsFoundOrItsAbsenceSaid) {
  const auto advisories = row(R"("status":"open","urgency":"low")");
  const struct {
    OsRelease os;
    const char* not_judged;  // empty: judged as bookworm
  } rows[] = {
      {{"debian", "12", "bookworm", ""}, ""},
      {{"debian", "12", "", ""}, ""},
      {{"debian", "12.5", "", ""}, ""},
      {{"debian", "bookworm/sid", "", ""}, ""},
      {{"debian", "", "", "Debian GNU/Linux bookworm/sid"}, ""},
      {{"", "12.5", "", ""}, ""},
      {{"debian", "13", "trixie", ""}, "no feed knows the release trixie"},
      {{"debian", "", "", ""}, "does not say which release"},
      {{"ubuntu", "24.04", "noble", ""}, "the image is of ubuntu"},
      {{"", "", "", ""}, "does not say which release"},
  };
  for (const auto& r : rows) {
    SCOPED_TRACE(r.os.id + " " + r.os.version_id);
    const auto result = scan({"x", r.os, {deb("libexample", "1")}}, advisories, {.now = now});
    EXPECT_EQ(result.findings.size(), *r.not_judged == '\0' ? 1U : 0U);
    if (*r.not_judged != '\0') {
      EXPECT_THAT(result.not_judged, ElementsAre(HasSubstr(r.not_judged)));
    }
  }
}

TEST(Scan, AReleasePastItsEndIsSaid) {
  const auto at = [](std::string_view codename, std::string_view date) {
    Inventory inventory = bookworm({});
    inventory.os.codename = codename;
    return scan(inventory, Advisories(), {.now = to_unix(*parse_rfc3339(std::string(date) + "T12:00:00Z"))})
        .end_of_life;
  };
  EXPECT_EQ(at("bookworm", "2026-07-11"), "");
  EXPECT_THAT(at("bookworm", "2026-07-12"), HasSubstr("(LTS) team patches most of it until 2028-06-30"));
  EXPECT_THAT(at("buster", "2026-07-12"), HasSubstr("past its end"));
  EXPECT_EQ(at("sid", "2036-07-12"), "");
  EXPECT_EQ(at("unheard-of", "2036-07-12"), "");
}

TEST(Scan, AnImageWithoutARecordIsNotCalledClean) {
  const auto advisories = row(R"("status":"open","urgency":"low")");
  Package wheel;
  wheel.kind = Package::Kind::python;
  wheel.name = "example";
  wheel.owner = "python3-example";
  for (const std::vector<Package>& packages : {std::vector<Package>{}, std::vector<Package>{wheel}}) {
    EXPECT_THAT(scan(bookworm(packages), advisories, {.now = now}).not_judged,
                ElementsAre(HasSubstr("Debian GNU/Linux 12 (bookworm): no record says which are here")));
  }
  EXPECT_THAT(scan({"x", {}, {}}, advisories, {.now = now}).not_judged, ElementsAre(HasSubstr("everything")));
  EXPECT_THAT(scan({"x", {}, {wheel}}, advisories, {.now = now}).not_judged, IsEmpty());
}

TEST(Scan, UnfinishedPackagesAreWhatTheyAre) {
  Package half = deb("half", "1", "libexample");
  half.state = Package::State::half_installed;
  Package gone = deb("gone", "1", "libexample");
  gone.state = Package::State::removed;
  Package unpacked = deb("unpacked", "1", "libexample");
  unpacked.state = Package::State::unpacked;
  const auto result =
      scan(bookworm({half, gone, unpacked}), row(R"("status":"open","urgency":"low")"), {.now = now});
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_THAT(result.findings[0].packages, ElementsAre("unpacked"));
  EXPECT_THAT(result.not_judged, ElementsAre("half: only half of it is installed"));
}

TEST(Scan, AStaleFeedIsSaidToBeStale) {
  const auto fresh = tracker(R"({})");
  const auto stale = tracker(R"({})", 60);
  EXPECT_FALSE(scan(bookworm({}), fresh, {.now = now}).feeds.at(0).is_stale);
  EXPECT_TRUE(scan(bookworm({}), stale, {.now = now}).feeds.at(0).is_stale);
}

TEST(Scan, WorstComesFirst) {
  AdvisoryBuilder builder;
  builder.begin_feed({"debian", "debian-tracker", "", to_rfc3339(from_unix(now)), 60});
  ASSERT_TRUE(read_debian_tracker(
      R"({"a": {"CVE-2026-0001": {"releases": {"bookworm": {"status": "open", "urgency": "low"}}},
                "CVE-2026-0002": {"releases": {"bookworm": {"status": "open", "urgency": "high"}}},
                "CVE-2026-0003": {"releases": {"bookworm": {"status": "open", "urgency": "low"}}},
                "CVE-2026-0004": {"releases": {"bookworm": {"status": "open", "urgency": "low"}}}}})",
      builder));
  builder.add_known_exploited("CVE-2026-0003", "2026-01-01", "", false);
  builder.add_epss(*cve_key("CVE-2026-0004"), 0.5F, 0.9F);
  const auto advisories = builder.finish();
  ASSERT_TRUE(advisories);
  const auto result = scan(bookworm({deb("a", "1")}), *advisories, {.now = now});
  EXPECT_THAT(ids(result), ElementsAre("CVE-2026-0003", "CVE-2026-0002", "CVE-2026-0004", "CVE-2026-0001"));
  EXPECT_TRUE(result.findings[0].is_known_exploited);
  EXPECT_DOUBLE_EQ(result.findings[2].epss.value_or(0), 0.5);
}

TEST(Scan, SupportThatEndedEarlyIsAState) {
  AdvisoryBuilder builder;
  builder.begin_feed({"debian", "debian-tracker", "", to_rfc3339(from_unix(now)), 60});
  ASSERT_TRUE(read_debian_tracker(
      R"({"php-example-x": {"CVE-2026-0001": {"releases": {"bookworm":
          {"status": "open", "urgency": "low"}}}}})",
      builder));
  builder.add(SupportRow{"bookworm", "php-example.*", "0", "2026-01-01", "see the list", SupportKind::ended});
  builder.add(SupportRow{"trixie", "php-example.*", "0", "2025-01-01", "", SupportKind::ended});
  builder.add(SupportRow{"", "php-example-x", "", "", "only for trusted input", SupportKind::limited});
  const auto advisories = builder.finish();
  ASSERT_TRUE(advisories);
  const auto result = scan(bookworm({deb("php-example-x", "1")}), *advisories, {.now = now});
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].state, FixState::end_of_life);
  EXPECT_EQ(result.findings[0].note, "security support ended on 2026-01-01: see the list");
  EXPECT_THAT(result.notes,
              ElementsAre("php-example-x: limited security support by Debian: only for trusted input",
                          "php-example-x: security support ended on 2026-01-01: see the list"));
}

TEST(Scan, SeveritiesHaveNames) {
  for (const std::string_view name : {"unknown", "negligible", "low", "medium", "high", "critical"}) {
    const auto severity = parse_severity(name);
    ASSERT_TRUE(severity);
    EXPECT_EQ(name_of(*severity), name);
  }
  EXPECT_FALSE(parse_severity("Critical"));
}

}  // namespace
}  // namespace hauberk
