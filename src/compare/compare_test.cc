// SPDX-License-Identifier: Apache-2.0
#include "compare/compare.h"

#include <gmock/gmock.h>

#include "check/test_facts.h"

namespace hauberk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

using Change = Comparison::Change;

Facts fat_image() {
  Facts facts = test::good_image();
  facts.name = "example/fat:1";
  facts.config.user = "";
  facts.layers[0].size_bytes = 120'000'000;
  test::owned_file(facts, "usr/bin/bash", 0755).entry.size_bytes = 1'000'000;
  test::owned_file(facts, "usr/bin/curl", 0755);
  test::owned_file(facts, "usr/bin/sudo", 04755);
  facts.packages.push_back({.kind = Package::Kind::deb, .name = "bash", .version = "5.2"});
  facts.packages.push_back({.kind = Package::Kind::deb, .name = "zlib1g", .version = "1.3-1"});
  facts.packages.push_back({.kind = Package::Kind::deb,
                            .state = Package::State::removed,
                            .name = "gone",
                            .version = "1"});
  return facts;
}

Facts slim_image() {
  Facts facts = test::good_image();
  facts.layers[0].size_bytes = 20'000'000;
  facts.packages.push_back({.kind = Package::Kind::deb, .name = "zlib1g", .version = "1.3-2"});
  facts.packages.push_back({.kind = Package::Kind::npm, .name = "left", .version = "2"});
  facts.packages.push_back({.kind = Package::Kind::npm, .name = "left", .version = "1"});
  return facts;
}

Finding hole(std::string id, FixState state = FixState::fixed_available) {
  Finding finding;
  finding.id = std::move(id);
  finding.state = state;
  finding.severity = Severity::critical;
  return finding;
}

Report report_of(const Facts& facts) { return check_image({.facts = facts, .now = test::now}); }

TEST(Compare, SaysWhatIsBetterAndWhatIsLost) {
  const Facts fat = fat_image(), slim = slim_image();
  const Report fat_report = report_of(fat), slim_report = report_of(slim);
  const Comparison found = compare_images({fat, fat_report}, {slim, slim_report});
  EXPECT_EQ(found.before.size_bytes, 120'000'000U);
  EXPECT_EQ(found.before.unpacked_bytes, found.after.unpacked_bytes + 1'000'020);
  EXPECT_EQ(found.before.packages, 3U) << "removed ones are not counted";
  EXPECT_EQ(found.before.user, "root (none is set)");
  EXPECT_EQ(found.before.setuid_files, 1U);
  EXPECT_THAT(found.packages,
              ElementsAre(Change{"deb", "bash", "5.2", ""}, Change{"deb", "zlib1g", "1.3-1", "1.3-2"},
                          Change{"npm", "left", "", "1, 2"}));
  EXPECT_THAT(found.checks_better,
              ElementsAre("USR-01", "USR-02", "USR-07", "FS-01", "PKG-01", "PKG-04", "PKG-05"));
  EXPECT_TRUE(found.checks_worse.empty());
  EXPECT_THAT(found.tools_lost,
              ElementsAre("a shell (bash)", "a network tool (curl)", "a tool to become another user (sudo)"));
  const std::string text = text_of(found);
  EXPECT_THAT(text, HasSubstr("100.0 MB less"));
  EXPECT_THAT(text, HasSubstr("USR-01  the program does not run as root"));
  EXPECT_THAT(text, HasSubstr("zlib1g 1.3-1 -> 1.3-2 (deb)"));
  EXPECT_THAT(text, HasSubstr("Known holes were not compared"));
}

TEST(Compare, TheOtherWayRoundIsWorse) {
  const Facts fat = fat_image(), slim = slim_image();
  const Report fat_report = report_of(fat), slim_report = report_of(slim);
  const Comparison there = compare_images({fat, fat_report}, {slim, slim_report});
  const Comparison back = compare_images({slim, slim_report}, {fat, fat_report});
  EXPECT_EQ(there.checks_better, back.checks_worse);
  EXPECT_EQ(there.before, back.after);
  EXPECT_TRUE(back.tools_lost.empty());
}

TEST(Compare, HolesAreComparedWhereBothWereScanned) {
  const Facts fat = fat_image(), slim = slim_image();
  const Report fat_report = report_of(fat), slim_report = report_of(slim);
  ScanResult before, after;
  before.findings = {hole("CVE-2026-0001"), hole("CVE-2026-0002", FixState::open),
                     hole("CVE-2026-0003", FixState::not_affected)};
  after.findings = {hole("CVE-2026-0002", FixState::open), hole("CVE-2026-0004")};
  const Comparison found = compare_images({fat, fat_report, &before}, {slim, slim_report, &after});
  EXPECT_THAT(found.closed_holes, ElementsAre("CVE-2026-0001"));
  EXPECT_THAT(found.new_holes, ElementsAre("CVE-2026-0004"));
  EXPECT_EQ(found.before.holes.size(), 2U) << "not affected is no hole";
  EXPECT_THAT(text_of(found), HasSubstr("Known holes that are closed (1): CVE-2026-0001"));
  EXPECT_EQ(json_of(found)["new_holes"], Json({"CVE-2026-0004"}));
  const Comparison half = compare_images({fat, fat_report, &before}, {slim, slim_report});
  EXPECT_FALSE(half.has_holes);
  EXPECT_FALSE(json_of(half).contains("new_holes"));
}

TEST(Compare, AnImageWithItselfIsTheSame) {
  const Facts slim = slim_image();
  const Report report = report_of(slim);
  const Comparison found = compare_images({slim, report}, {slim, report});
  EXPECT_EQ(found.before, found.after);
  EXPECT_TRUE(found.packages.empty() && found.checks_better.empty() && found.checks_worse.empty());
  EXPECT_THAT(text_of(found), Not(HasSubstr("less")));
}

}  // namespace
}  // namespace hauberk
